/** The sandbox's memory between commands: `state.json` in its directory. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { portClaimsDirectory } from './environment.ts';
import { freePort, portIsFree } from './processes/free-port.ts';
import { PortClaims } from './processes/port-claims.ts';

/** One for the process, which looks for claims of the dead once. */
const claims = new PortClaims(portClaimsDirectory());

/** A process that the sandbox started. `startTime` (field 22 of /proc/<pid>/stat) tells it from a later process with its pid. */
export interface ProcessRecord {
  readonly pid: number;
  readonly startTime: string;
  /** ISO 8601 */
  readonly startedAt: string;
  /** The command line as it was started, for `status` and for reading logs. */
  readonly command: readonly string[];
}

export interface SandboxState {
  /** Rises by one with every `reset` (and every reseed): whatever was seeded before belongs to an earlier generation. */
  generation: number;
  /** Ports by name, chosen at first use, the same ever after. */
  ports: Record<string, number>;
  processes: Record<string, ProcessRecord>;
  /** Control-plane hosts by cluster, where it is not one. Chosen at the first `up`, kept by `reset`. */
  hosts?: Record<string, number>;
  /** Parts beyond the usual ones that `up --with` asked for. They stay asked for. */
  extras?: string[];
  /** Facts that a part wants to find again at the next command, by `<part>.<fact>`. */
  facts: Record<string, string>;
}

/**
 * Reads and writes `state.json`. Each write re-reads the file and replaces it in one step, so parts that start side by side in
 * one command do not lose each other's entries. Two commands never write at once: they hold the sandbox's lock.
 * Long-lived processes of the sandbox only read.
 */
export class StateStore {
  readonly file: string;

  constructor(dir: string) {
    this.file = join(dir, 'state.json');
  }

  exists(): boolean {
    return existsSync(this.file);
  }

  read(): SandboxState {
    if (!this.exists()) return { generation: 0, ports: {}, processes: {}, facts: {} };
    return JSON.parse(readFileSync(this.file, 'utf8')) as SandboxState;
  }

  update(change: (state: SandboxState) => void): SandboxState {
    const state = this.read();
    change(state);
    mkdirSync(join(this.file, '..'), { recursive: true });
    const scratch = `${this.file}.${process.pid}.tmp`;
    writeFileSync(scratch, `${JSON.stringify(state, null, 2)}\n`);
    renameSync(scratch, this.file);
    return state;
  }

  /** The port of that name; a free one is chosen and remembered at the first call. */
  async port(name: string): Promise<number> {
    const known = this.read().ports[name];
    if (known !== undefined) return known;
    const chosen = await freePort(claims, this.file);
    let agreed = chosen;
    this.update((state) => {
      agreed = state.ports[name] ?? chosen;
      state.ports[name] = agreed;
    });
    if (agreed !== chosen) claims.release(chosen, this.file);
    return agreed;
  }

  /** True when the port that was chosen can be used again: nothing listens there, and no other sandbox chose it meanwhile. */
  async portIsStillOurs(port: number): Promise<boolean> {
    return (await claims.keep(port, this.file)) && (await portIsFree(port));
  }

  /** Chooses another port at the next call of `port`. */
  forgetPort(name: string): void {
    const port = this.read().ports[name];
    this.update((state) => {
      delete state.ports[name];
    });
    if (port !== undefined) claims.release(port, this.file);
  }

  /** The port of that name, which an earlier `up` must have chosen. */
  knownPort(name: string): number {
    const port = this.read().ports[name];
    if (port === undefined) throw new Error(`the sandbox has no port named ${name} yet: run \`npm run sandbox -- up\``);
    return port;
  }

  fact(name: string): string | undefined {
    return this.read().facts[name];
  }

  setFact(name: string, value: string | undefined): void {
    this.update((state) => {
      if (value === undefined) delete state.facts[name];
      else state.facts[name] = value;
    });
  }
}
