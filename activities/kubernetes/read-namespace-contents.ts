import type { NamespaceContents } from './consumers.ts';
import { type Kind, kinds } from './kinds.ts';
import type { Pod, Workload } from './objects.ts';
import type { KubernetesObject, KubernetesPort } from './port.ts';

/** Controllers of pods: a pod's controller is always older than the pod. */
const podControllers = [
  kinds.replicaSet,
  kinds.job,
  kinds.replicationController,
  kinds.statefulSet,
  kinds.daemonSet,
] as const;
/** Controllers of these. */
const topControllers = [kinds.deployment, kinds.cronJob] as const;

/**
 * What a namespace holds that may use a claim. Lists are not of one instant, so each is asked for only when the one below it has
 * answered: an owner exists before what it owns, so the owner of each listed object is listed too unless it was deleted. Asked side
 * by side, the pod of a rollout may be seen without its new ReplicaSet, and would be taken for one that nobody can stop.
 */
export async function readNamespaceContents(
  port: KubernetesPort,
  namespace: string,
  signal: AbortSignal,
): Promise<NamespaceContents> {
  const inNamespace = <T extends KubernetesObject>(kind: Kind) => port.list<T>(kind, { namespace }, signal);
  const each = async (of: readonly Kind[]) => (await Promise.all(of.map((kind) => inNamespace<Workload>(kind)))).flat();
  const bottomUp = async () => {
    const pods = await inNamespace<Pod>(kinds.pod);
    const controllers = await each(podControllers);
    return { pods, workloads: [...controllers, ...(await each(topControllers))] };
  };
  const [workloads, autoscalers, scaledObjects, applications, kustomizations, helmReleases] = await Promise.all([
    bottomUp(),
    inNamespace(kinds.autoscaler),
    inNamespace(kinds.scaledObject),
    port.list(kinds.argoApplication, {}, signal),
    port.list(kinds.fluxKustomization, {}, signal),
    port.list(kinds.fluxHelmRelease, {}, signal),
  ]);
  return { ...workloads, autoscalers, scaledObjects, applications, kustomizations, helmReleases };
}
