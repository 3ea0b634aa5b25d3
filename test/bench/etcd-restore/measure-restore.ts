import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Sandbox } from '../../../sandbox/sandbox.ts';
import { workflowId as backupId, workflowType as backupType } from '../../../workflows/etcd-backup/contract.ts';
import { workflowId as restoreId, workflowType as restoreType } from '../../../workflows/etcd-restore/contract.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import { addressesOf, dropOldData, etcdWrites, fillEtcd, run } from '../../worlds/control-plane.ts';
import { type HostAgent, startHostAgent } from '../../worlds/host-agents.ts';
import { openRecoveryGround, type RecoveryGround, resultOf } from '../../worlds/recovery-in-namespace.ts';
import { peakResidentBytes, residentLimitBytes } from './memory.ts';

const cluster = 'prod';
const bucket = 'rekindle-etcd';
const script = fileURLToPath(new URL('./plain-restore.sh', import.meta.url));
const patienceMs = 420_000;

/** Seconds that a part of a restore took: its assessment, each step, its verification, the rest. */
export type Phases = ReadonlyMap<string, number>;

export interface RestoreFigures {
  readonly snapshotBytes: number;
  readonly backupSeconds: number;
  readonly rekindleSeconds: readonly number[];
  readonly plainSeconds: readonly number[];
  /** Of the last restore. */
  readonly phases: Phases;
  /** Largest resident set so far, by process. */
  readonly peaks: ReadonlyMap<string, number>;
}

export interface RestoreBench {
  /** Restores with at least so many bytes in etcd, by the script and by Rekindle in turns. */
  measure(bytes: number, rounds: number, say: (line: string) => void): Promise<RestoreFigures>;
  close(): Promise<void>;
}

/** The sandbox must be up, with three hosts. */
export async function openRestoreBench(sandbox: Sandbox): Promise<RestoreBench> {
  const hosts = sandbox.hosts(cluster);
  const ground = await openRecoveryGround(sandbox, `bench-${randomUUID().slice(0, 6)}`);
  const agents: HostAgent[] = [];
  for (const host of hosts) agents.push(await startHostAgent(host, ground.temporal.env));
  const tool = (name: string) => join(sandbox.dir, 'bin', name);
  /** Of the newest snapshot. */
  let snapshotBytes = 0;

  async function fillTo(bytes: number): Promise<void> {
    const [first] = hosts;
    if (first === undefined || bytes <= snapshotBytes) return;
    await fillEtcd(first, tool('etcdctl'), bytes - snapshotBytes);
  }

  async function plainRestore(key: string): Promise<number> {
    const addresses = hosts.map((host) => addressesOf(host));
    const env = {
      ...sandbox.env,
      SNAPSHOT_URL: `${sandbox.awsEndpoint}/${bucket}/${key}`,
      TOKEN: randomBytes(16).toString('hex'),
      INITIAL_CLUSTER: addresses[0]?.initialCluster ?? '',
      ETCDUTL: tool('etcdutl'),
    };
    const args = hosts.map((host, index) => {
      const { peerUrl = '', apiServer = '' } = addresses[index] ?? {};
      return [host.name, host.dir, peerUrl, apiServer].join('|');
    });
    const began = performance.now();
    await run('bash', [script, ...args], env);
    return (performance.now() - began) / 1000;
  }

  return {
    async measure(bytes, rounds, say) {
      await fillTo(bytes);
      const backup = await timed(ground, backupType, backupId({ cluster }), { cluster });
      const key = /s3:\/\/[^/]+\/(\S+\.db)/.exec(backup.details)?.[1] ?? '';
      snapshotBytes = await sizeOf(sandbox, key);
      say(`backup of ${mebibytes(snapshotBytes)} MiB: ${backup.seconds.toFixed(1)} s`);
      const rekindleSeconds: number[] = [];
      const plainSeconds: number[] = [];
      let phases: Phases = new Map();
      for (let round = 0; round < rounds; round += 1) {
        const nth = `round ${round + 1} of ${rounds}`;
        say(`${nth}: the script restores`);
        await sandbox.break('etcd-corrupt-all');
        plainSeconds.push(await plainRestore(key));
        await etcdWrites(hosts, tool('etcdctl'));
        dropOldData(hosts);
        say(`${nth}: the script took ${plainSeconds.at(-1)?.toFixed(1)} s, Rekindle restores`);
        await sandbox.break('etcd-corrupt-all');
        const restored = await timed(ground, restoreType, restoreId({ cluster }), { cluster });
        rekindleSeconds.push(restored.seconds);
        phases = restored.phases;
        dropOldData(hosts);
        say(`${nth}: Rekindle took ${restored.seconds.toFixed(1)} s`);
      }
      const peaks = new Map([
        ['worker', peakResidentBytes(ground.worker().pid)],
        ...agents.map(({ host, pid }): [string, number] => [`agent of ${host.name}`, peakResidentBytes(pid)]),
      ]);
      return { snapshotBytes, backupSeconds: backup.seconds, rekindleSeconds, plainSeconds, phases, peaks };
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.kill()));
      await ground.close();
    },
  };
}

interface Timed {
  readonly seconds: number;
  readonly phases: Phases;
  /** What the steps said. */
  readonly details: string;
}

async function timed(ground: RecoveryGround, type: string, id: string, input: object): Promise<Timed> {
  const began = performance.now();
  const handle = await ground.start(type, id, { approval: 'automatic', ...input });
  const result = await resultOf(handle, patienceMs);
  const seconds = (performance.now() - began) / 1000;
  if (result.status !== 'recovered') throw new Error(`${id} ended ${JSON.stringify(result)}`);
  const { steps, startedAt } = await handle.query(progressQuery);
  const spans = steps.map(({ id: step, startedAt: from, endedAt: to }): [string, number] => [
    step,
    ((to ?? 0) - (from ?? 0)) / 1000,
  ]);
  const first = steps[0]?.startedAt ?? startedAt;
  const last = steps.at(-1)?.endedAt ?? startedAt;
  const phases = new Map([
    ['assessment and plan', (first - startedAt) / 1000],
    ...spans,
    ['verification and report', seconds - (last - startedAt) / 1000],
  ]);
  return { seconds, phases, details: steps.map(({ detail }) => detail).join('\n') };
}

async function sizeOf(sandbox: Sandbox, key: string): Promise<number> {
  const client = new S3Client({
    region: 'us-east-1',
    endpoint: sandbox.awsEndpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  });
  const { ContentLength = 0 } = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  client.destroy();
  return ContentLength;
}

/** Throws when a process held more than the limit. */
export function demandWithinMemory({ peaks }: RestoreFigures): void {
  const beyond = [...peaks].filter(([, bytes]) => bytes > residentLimitBytes);
  if (beyond.length === 0) return;
  const said = beyond.map(([process, bytes]) => `the ${process} held ${mebibytes(bytes)} MiB`).join(', ');
  throw new Error(`${said}; ${mebibytes(residentLimitBytes)} MiB are allowed`);
}

export function mebibytes(bytes: number): number {
  return Math.round(bytes / 1024 / 1024);
}
