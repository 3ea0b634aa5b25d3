/** The sandbox as one typed handle, for the command line, faults, tests, benches and the demo. */
import { mkdirSync } from 'node:fs';
import { chooseExtras } from './composition.ts';
import { openContext, type SandboxContext } from './context.ts';
import { sandboxDirectory, silenceSdkNotice } from './environment.ts';
import { sandboxEnvironment } from './environment-file.ts';
import type { FaultParameters } from './faults/fault.ts';
import type { HostDirectory } from './hosts/host-directory.ts';
import { type PartStatus, resetAll, startAll, statusOfAll, stopAll } from './lifecycle.ts';
import { withLock } from './processes/exclusive-lock.ts';
import { chooseHostCount, clusterHosts } from './topology.ts';

export type { PartStatus } from './lifecycle.ts';

export interface UpOptions {
  /** Control-plane hosts of `prod`; heeded at the first `up` of a state directory. Default one. */
  readonly hosts?: number;
  /** Extras to have from now on, `velero` or `dr`. Default none. */
  readonly extras?: readonly string[];
}

export interface Sandbox {
  readonly context: SandboxContext;
  readonly dir: string;
  readonly kubeconfigPath: string;
  /** The inventory that the sandbox writes: `rekindle.yaml`. */
  readonly inventoryPath: string;
  readonly codecKeysPath: string;
  /** The front before the AWS emulator, `http://127.0.0.1:<port>`. Known after the first `up`. */
  readonly awsEndpoint: string;
  /** `host:port`. Known after the first `up`. */
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  /** The contents of `<dir>/env` but for PATH: what a worker, a client and other tools need to reach this sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** The control-plane hosts of a cluster, in order. */
  hosts(cluster: string): readonly HostDirectory[];
  /** Starts and repairs everything, seeds what is new. Returns when all parts answer. */
  up(options?: UpOptions): Promise<void>;
  /** Ends every process; data stays. */
  down(): Promise<void>;
  /** Back to the clean seeded state, running. */
  reset(): Promise<void>;
  status(): Promise<PartStatus[]>;
  /** Causes a fault; returns one sentence on what was done. */
  break(fault: string, parameters?: FaultParameters): Promise<string>;
  heal(fault: string, parameters?: FaultParameters): Promise<string>;
}

/** A handle on the sandbox in `dir` (default: the one of this environment). Starts nothing by itself. */
export function openSandbox(dir: string = sandboxDirectory(), report: (line: string) => void = () => {}): Sandbox {
  silenceSdkNotice();
  const context = openContext(dir, report);
  const port = (name: string) => context.state.knownPort(name);
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const onWait = (pid: number) => report(`waiting for another sandbox command (pid ${pid})`);
    return withLock(context.path('lock'), onWait, work);
  };
  const sandbox: Sandbox = {
    context,
    dir,
    kubeconfigPath: context.path('kubeconfig'),
    inventoryPath: context.path('rekindle.yaml'),
    codecKeysPath: context.path('secrets', 'codec-keys.json'),
    get awsEndpoint() {
      return `http://127.0.0.1:${port('aws-front')}`;
    },
    get temporalAddress() {
      return `127.0.0.1:${port('temporal')}`;
    },
    get temporalUiUrl() {
      return `http://127.0.0.1:${port('temporal-ui')}`;
    },
    get env() {
      return sandboxEnvironment(context);
    },
    hosts: (cluster) => clusterHosts(context, cluster),
    up: ({ hosts, extras = [] } = {}) =>
      alone(async () => {
        if (extras.length > 0) chooseExtras(context, extras);
        if (hosts !== undefined) chooseHostCount(context, hosts);
        await startAll(context);
      }),
    down: () => alone(() => stopAll(context)),
    reset: () => alone(() => resetAll(context)),
    status: () => statusOfAll(context),
    // Faults may come at any time, also while a command waits; they write no state.json.
    async break(name, parameters = {}) {
      const { completeParameters, findFault } = await import('./faults/registry.ts');
      const fault = findFault(name);
      return fault.break(sandbox, completeParameters(fault, parameters, 'break'));
    },
    async heal(name, parameters = {}) {
      const { completeParameters, findFault } = await import('./faults/registry.ts');
      const fault = findFault(name);
      return fault.heal(sandbox, completeParameters(fault, parameters, 'heal'));
    },
  };
  return sandbox;
}
