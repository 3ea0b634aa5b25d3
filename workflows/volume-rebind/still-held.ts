import type { Consumer } from '../../activities/kubernetes/claim-facts.ts';

/**
 * What a person does about workloads that stand still although nothing is lost: their recovery was ended from outside after it had
 * exchanged the volume, and put nothing back. Empty when none is held. Pure.
 */
export function stillHeld(consumers: readonly Consumer[]): string {
  return consumers
    .filter(({ heldBy }) => heldBy.length > 0)
    .map(({ kind, namespace, name, replicas, heldBy, reconcilers }) => {
      const spec = replicas === null ? { suspend: false } : { replicas };
      const patch = JSON.stringify({ metadata: { annotations: { 'rekindle.io/hold': null } }, spec });
      const resume = reconcilers.length === 0 ? '' : `, then resume ${reconcilers.map(nameOf).join(', ')}`;
      return (
        `. But ${nameOf({ kind, namespace, name })} is still held by ${heldBy.join(', ')}: if \`rekindle show\` says that it ended, ` +
        `put the workload back with kubectl -n ${namespace} patch ${kind.toLowerCase()} ${name} --type merge -p '${patch}'${resume}`
      );
    })
    .join('');
}

function nameOf({ kind, namespace, name }: { kind: string; namespace: string; name: string }): string {
  return `${kind} ${namespace}/${name}`;
}
