/**
 * Runs a host's static pods as a kubelet does. Invariants:
 * 1. What runs follows the manifests folder: a file that appears is started, one that goes is stopped, one that changes is
 *    stopped and started. Nothing else decides.
 * 2. One pod never has two processes: a start waits for the end of the one before.
 * 3. `containers.json` is replaced in one step after every change, and tells the truth about what ran last.
 * 4. A manifest that cannot be read stops nothing that runs: half-written files are looked at again.
 */
import { type FSWatcher, mkdirSync, readdirSync, readFileSync, renameSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isRunning } from '../processes/process-identity.ts';
import { endContainer, startContainer } from './container-process.ts';
import { type ContainerRecord, readContainers } from './containers.ts';
import type { HostDirectory } from './host-directory.ts';
import { DiskBrake } from './slow-disk.ts';
import { parseStaticPod, restartDelay, type StaticPod } from './static-pod.ts';

interface Slot {
  pod: StaticPod;
  record: ContainerRecord | undefined;
  crashes: number;
  /** Milliseconds since 1970; the next start is not before. */
  notBefore: number;
  busy: boolean;
}

const lookMs = 250;
/** A process that lived this long was healthy: its next crash starts the back-off anew. */
const healthyMs = 20_000;

export class HostSupervisor {
  private readonly slots = new Map<string, Slot>();
  private stopping = false;
  private readonly host: HostDirectory;
  private readonly binaries: string;
  private readonly log: (line: string) => void;
  private readonly disk: DiskBrake;

  constructor(host: HostDirectory, binaries: string, log: (line: string) => void) {
    this.host = host;
    this.binaries = binaries;
    this.log = log;
    this.disk = new DiskBrake(host, log);
  }

  /** Runs until `stop` is called. */
  async run(): Promise<void> {
    mkdirSync(this.host.manifests, { recursive: true });
    for (const record of readContainers(this.host)) this.adopt(record);
    let wake = (): void => {};
    const watcher = watchFolder(this.host.manifests, () => wake());
    while (!this.stopping) {
      this.look();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, lookMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    watcher?.close();
  }

  /** Ends every static pod: the API server and its clients before etcd, so that nothing waits for a dead store. */
  async stop(): Promise<void> {
    this.stopping = true;
    const last = [...this.slots.values()].filter((slot) => slot.pod.name === 'etcd');
    const first = [...this.slots.values()].filter((slot) => slot.pod.name !== 'etcd');
    for (const group of [first, last]) {
      await Promise.all(group.map((slot) => slot.record && endContainer(slot.record, 5)));
      for (const slot of group) this.markExited(slot, undefined);
    }
    this.save();
  }

  private adopt(record: ContainerRecord): void {
    if (record.state !== 'running' || !isRunning(record)) return;
    // The hash is unknown, so the pod counts as unchanged until its manifest is read for the first time.
    const pod: StaticPod = { name: record.name, image: record.image, command: [], graceSeconds: 30, hash: '' };
    this.slots.set(record.name, { pod, record, crashes: 0, notBefore: 0, busy: false });
    this.log(`adopted ${record.name}, pid ${record.pid}`);
  }

  private readManifests(): Map<string, StaticPod> | undefined {
    const pods = new Map<string, StaticPod>();
    for (const file of readdirSync(this.host.manifests).filter((name) => /^[^.].*\.ya?ml$/.test(name))) {
      try {
        const pod = parseStaticPod(readFileSync(join(this.host.manifests, file), 'utf8'));
        pods.set(pod.name, pod);
      } catch (error) {
        this.log(`${file} cannot be read yet: ${error instanceof Error ? error.message : String(error)}`);
        return undefined;
      }
    }
    return pods;
  }

  private look(): void {
    const wanted = this.readManifests();
    if (!wanted) return;
    for (const [name, slot] of this.slots) {
      if (slot.busy) continue;
      this.noticeCrash(slot);
      const pod = wanted.get(name);
      if (!pod) this.act(slot, () => this.end(slot, true));
      else if (slot.pod.hash === '') slot.pod = pod;
      else if (slot.pod.hash !== pod.hash) {
        this.act(slot, async () => {
          await this.end(slot, false);
          slot.pod = pod;
          slot.notBefore = 0;
        });
      }
    }
    for (const [name, pod] of wanted) {
      const slot = this.slots.get(name) ?? { pod, record: undefined, crashes: 0, notBefore: 0, busy: false };
      this.slots.set(name, slot);
      if (!slot.busy && slot.record?.state !== 'running' && Date.now() >= slot.notBefore) {
        this.act(slot, () => this.begin(slot));
      }
    }
    const etcd = this.slots.get('etcd')?.record;
    this.disk.look(etcd?.state === 'running' ? etcd.pid : undefined);
  }

  private act(slot: Slot, change: () => Promise<void>): void {
    slot.busy = true;
    change()
      .catch((error: unknown) =>
        this.log(`${slot.pod.name}: ${error instanceof Error ? error.message : String(error)}`),
      )
      .finally(() => {
        slot.busy = false;
        this.save();
      });
  }

  private async begin(slot: Slot): Promise<void> {
    const attempt = (slot.record?.attempt ?? -1) + 1;
    slot.notBefore = Date.now() + restartDelay(slot.crashes + 1);
    const { record, child } = await startContainer(this.host, slot.pod, attempt, this.binaries);
    slot.record = record;
    if (this.stopping) await endContainer(record, 5);
    child?.once('exit', (code, signal) => {
      if (slot.record?.id !== record.id) return;
      this.countCrash(slot, `ended with ${signal ?? `code ${code}`}`);
      this.markExited(slot, code ?? 137);
      this.save();
    });
    this.log(`started ${record.name}, pid ${record.pid}, attempt ${attempt}`);
  }

  private async end(slot: Slot, forget: boolean): Promise<void> {
    const { record } = slot;
    if (record?.state === 'running') {
      await endContainer(record, slot.pod.graceSeconds);
      this.markExited(slot, 0);
      this.log(`stopped ${record.name}, pid ${record.pid}`);
    }
    slot.crashes = 0;
    if (forget) this.slots.delete(slot.pod.name);
  }

  /** For adopted processes, whose exit no event tells. */
  private noticeCrash(slot: Slot): void {
    if (slot.record?.state !== 'running' || isRunning(slot.record)) return;
    this.countCrash(slot, 'is gone');
    this.markExited(slot, 137);
    this.save();
  }

  private countCrash(slot: Slot, what: string): void {
    if (!slot.record || slot.busy || this.stopping) return;
    const lived = Date.now() - Date.parse(slot.record.startedAt);
    slot.crashes = lived >= healthyMs ? 1 : slot.crashes + 1;
    slot.notBefore = Date.now() + restartDelay(slot.crashes);
    this.log(`${slot.pod.name} ${what} after ${lived} ms`);
  }

  private markExited(slot: Slot, exitCode: number | undefined): void {
    if (slot.record?.state !== 'running') return;
    slot.record = {
      ...slot.record,
      state: 'exited',
      finishedAt: new Date().toISOString(),
      ...(exitCode === undefined ? {} : { exitCode }),
    };
  }

  private save(): void {
    const records = [...this.slots.values()].flatMap((slot) => slot.record ?? []);
    const scratch = `${this.host.containersFile}.${process.pid}.tmp`;
    writeFileSync(scratch, `${JSON.stringify(records, null, 2)}\n`);
    renameSync(scratch, this.host.containersFile);
  }
}

/** Only makes the next look come sooner: where the machine has no watch left, the looks at intervals must do. */
function watchFolder(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed).on('error', () => {});
  } catch {
    return undefined;
  }
}
