import { type AutoScalingRegion, isProvedDead } from '../autoscaling/port.ts';
import { inChunks } from '../in-chunks.ts';
import type { Pace } from '../pace.ts';
import { kinds } from './kinds.ts';
import { fencedByAnnotation, isReady } from './node-objects.ts';
import type { ClearNodesInput } from './node-types.ts';
import type { Pod } from './objects.ts';
import {
  attachmentsOf,
  contentsOf,
  isOfNode,
  type NodeContents,
  podsOf,
  podsTold,
  staysWithNode,
} from './pods-of-nodes.ts';
import { poll } from './polling.ts';
import type { KubernetesPort } from './port.ts';

/** Calls under way at once. */
const width = 10;

/**
 * Waits until no pod and no attachment is left on dead nodes. Kubernetes frees them itself, by the out-of-service taint and by its
 * collector of orphaned pods. What it does not free within the patience is taken out of the API by force, but only right after EC2
 * proved the machine dead once more: pods that end for ever; the object of a node whose machine is terminated; and then the pods that
 * tolerate every taint and so stayed with it. Attachments are never deleted by hand, and finalizers never taken off: their owner must
 * do that.
 *
 * Fenced nodes are emptied before their machines are ended: Kubernetes reads the taint off the node object, and once that is gone a
 * volume is detached only after six minutes.
 */
export async function clearNodes(
  port: KubernetesPort,
  region: AutoScalingRegion,
  input: ClearNodesInput,
  pace: Pace,
): Promise<string> {
  const began = pace.began();
  const patience = began + input.patienceSeconds * 1000;
  const forced = { pods: 0, nodes: 0 };
  const look = async () => {
    const contents = forThis(await contentsOf(port, input.nodes, pace.signal()), input);
    const all = podsOf(contents);
    const pods = all.filter((pod) => (input.which === 'fenced' ? !staysWithNode(pod) : !isOrphanOfNode(pod, contents)));
    // A pod that stays with its node keeps its volumes there.
    const staying = all.filter((pod) => !pods.includes(pod) && pod.spec.volumes?.some(isClaimed));
    const kept = new Set(staying.map(({ spec }) => spec.nodeName));
    const attachments = attachmentsOf(contents).filter(({ spec }) => !kept.has(spec.nodeName));
    if (pods.length === 0 && attachments.length === 0) {
      const by =
        forced.pods + forced.nodes === 0 ? '' : `; by force: ${forced.pods} pods, ${forced.nodes} node objects`;
      return { done: `nothing is left on ${contents.theirs.length} dead nodes${by}` };
    }
    if (pace.now() >= patience) await force(port, region, contents, input.which, forced, pace);
    const told = pods.length === 0 ? '' : ` (${podsTold(pods)})`;
    return { missing: `${pods.length} pods${told} and ${attachments.length} attachments are left on dead nodes` };
  };
  return poll(pace, input.limitSeconds, 'node-not-empty', look, began);
}

/** Its node is gone and so is its purpose: Kubernetes collects it within a minute, and nothing waits for it. */
function isOrphanOfNode(pod: Pod, { nodes }: NodeContents): boolean {
  return isOfNode(pod) && !nodes.has(pod.spec.nodeName ?? '');
}

function isClaimed(volume: { readonly persistentVolumeClaim?: unknown; readonly ephemeral?: unknown }): boolean {
  return volume.persistentVolumeClaim !== undefined || volume.ephemeral !== undefined;
}

function forThis(contents: NodeContents, { which, recoveryId }: ClearNodesInput): NodeContents {
  if (which === 'all') return contents;
  const fenced = ({ node }: NodeContents['theirs'][number]) =>
    contents.nodes.get(node)?.metadata.annotations?.[fencedByAnnotation] === recoveryId;
  return { ...contents, theirs: contents.theirs.filter(fenced) };
}

async function force(
  port: KubernetesPort,
  region: AutoScalingRegion,
  contents: NodeContents,
  which: ClearNodesInput['which'],
  forced: { pods: number; nodes: number },
  pace: Pace,
): Promise<void> {
  const { nodes, theirs } = contents;
  const machines = await region.machines(
    theirs.map(({ instanceId }) => instanceId),
    pace.signal(),
  );
  const proved = theirs.filter(({ node }, index) => {
    const [machine, object] = [machines[index], nodes.get(node)];
    return machine !== undefined && isProvedDead(machine) && (object === undefined || !isReady(object));
  });
  const names = new Set(proved.map(({ node }) => node));
  // One that was deleted by force already waits for its finalizers.
  const due = podsOf(contents).filter(
    (pod) =>
      names.has(pod.spec.nodeName ?? '') &&
      !(staysWithNode(pod) && nodes.has(pod.spec.nodeName ?? '')) &&
      pod.metadata.deletionGracePeriodSeconds !== 0,
  );
  await inChunks(due, width, async ({ metadata: { name, namespace, uid = '' } }) => {
    if (await port.remove(kinds.pod, { name, namespace }, { uid }, 0)) forced.pods += 1;
  });
  // A terminated machine never comes back: its node goes, as the cloud controller would have it go.
  if (which === 'fenced') return;
  const terminated = proved.filter(({ instanceId, node }) => {
    const machine = machines.find((one) => one.instanceId === instanceId);
    return machine?.state === 'terminated' && nodes.get(node)?.metadata.deletionTimestamp === undefined;
  });
  await inChunks(terminated, width, async ({ node, nodeUid }) => {
    if (nodes.has(node) && (await port.remove(kinds.node, { name: node }, { uid: nodeUid }))) forced.nodes += 1;
  });
}
