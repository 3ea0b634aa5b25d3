import type { EtcdRestoreInput } from './contract.ts';
import { machineOf, type RestoreFacts, runsNoMore } from './facts.ts';
import { type Refusal, refuse } from './refusals.ts';
import type { FencedHost } from './work.ts';

export interface SilentHosts {
  /** All that do not answer. */
  readonly fenced: readonly FencedHost[];
  /** Those of them that EC2 does not say to be stopped. */
  readonly running: readonly FencedHost[];
}

/**
 * A host that does not answer is no reason for a refusal when EC2 says that it is stopped, or when a fence was asked for and the
 * inventory names its instance.
 */
export function silentHosts(
  { fence = false }: Pick<EtcdRestoreInput, 'fence'>,
  { hosts, machines, controlPlane }: RestoreFacts,
): Refusal | SilentHosts {
  const fenced: FencedHost[] = [];
  const running: FencedHost[] = [];
  for (const seen of hosts) {
    if (seen.facts !== null) continue;
    const { host, why } = seen;
    const silence = `the agent of ${host} does not answer (${why}), so nothing proves that etcd is stopped there`;
    const instanceId = controlPlane.instances[host];
    const machine = machineOf(controlPlane, machines, host);
    const off = runsNoMore(machine);
    if (!fence && !off) return refuse('host-unreachable', silence);
    if (instanceId === undefined)
      return refuse('host-unreachable', `${silence}; the inventory names no instance of it`);
    if (machine === undefined || machine.state === 'missing') {
      return refuse('host-unreachable', `${silence}; EC2 does not know its instance ${instanceId}`);
    }
    fenced.push({ host, instanceId, off });
    if (!off) running.push({ host, instanceId, off });
  }
  if (fenced.length > 0 && fenced.length === hosts.length) {
    return refuse('host-unreachable', 'no agent of any control-plane host answers: there is none to restore on');
  }
  return { fenced, running };
}
