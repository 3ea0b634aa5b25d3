/** The sandbox as one typed handle, for the command line, faults, tests, benches and the demo. */
import { openContext, type SandboxContext } from './context.ts';
import { sandboxDirectory } from './environment.ts';
import type { HostDirectory } from './hosts/host-directory.ts';
import type { PartHealth } from './processes/managed-part.ts';
import { clusterHosts } from './topology.ts';

export interface PartStatus extends PartHealth {
  readonly name: string;
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
  /** The contents of `<dir>/env`: what a worker, a client and the AWS and Kubernetes tools need to reach this sandbox. */
  readonly env: Readonly<Record<string, string>>;
  /** The control-plane hosts of a cluster, in order. */
  hosts(cluster: string): readonly HostDirectory[];
  /** Starts and repairs everything, seeds what is new. Returns when all parts answer. */
  up(): Promise<void>;
  /** Ends every process; data stays. */
  down(): Promise<void>;
  /** Back to the clean seeded state, running. */
  reset(): Promise<void>;
  status(): Promise<PartStatus[]>;
}

/** A handle on the sandbox in `dir` (default: the one of this environment). Starts nothing by itself. */
export function openSandbox(dir: string = sandboxDirectory(), report: (line: string) => void = () => {}): Sandbox {
  const context = openContext(dir, report);
  const port = (name: string) => context.state.knownPort(name);
  const notYet = (): never => {
    throw new Error('not built yet');
  };
  return {
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
    get env(): Record<string, string> {
      return notYet();
    },
    hosts: (cluster) => clusterHosts(context, cluster),
    up: notYet,
    down: notYet,
    reset: notYet,
    status: notYet,
  };
}
