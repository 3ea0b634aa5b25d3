/** Workloads on the nodes of a node world. Pure. */
import type { V1Deployment, V1PodDisruptionBudget, V1PodSpec, V1StatefulSet } from '@kubernetes/client-node';
import { startupSecondsAnnotation } from '../../sandbox/cluster/kwok-stages.ts';
import { storageClassNames } from '../../sandbox/seed/cluster-objects.ts';
import { worldKey } from './node-world.ts';

export interface NodePods {
  /** Also the group of the world: its nodes alone take the pods. */
  readonly namespace: string;
  readonly name: string;
  readonly replicas?: number;
  /** The node that the pods go to while it takes any; to another of the group when it does not. */
  readonly node: string;
  /** CPUs that each asks for. */
  readonly cpu?: string;
  /** Tolerates every taint, so that no taint moves it. */
  readonly tolerant?: boolean;
}

function podSpec({ namespace, node, cpu = '10m', tolerant = false }: NodePods): V1PodSpec {
  const here = { key: 'kubernetes.io/hostname', operator: 'In', values: [node] };
  const ours = { key: worldKey, operator: 'In', values: [namespace] };
  return {
    terminationGracePeriodSeconds: 1,
    tolerations: [tolerant ? { operator: 'Exists' } : { key: worldKey, operator: 'Equal', value: namespace }],
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchExpressions: [ours] }] },
        preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, preference: { matchExpressions: [here] } }],
      },
    },
    containers: [{ name: 'app', image: 'docker.io/library/busybox:1', resources: { requests: { cpu } } }],
  };
}

export function deploymentOn(pods: NodePods): V1Deployment {
  const labels = { app: pods.name };
  return {
    metadata: { name: pods.name, namespace: pods.namespace },
    spec: {
      replicas: pods.replicas ?? 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: podSpec(pods) },
    },
  };
}

/** With a volume for each pod where `volume` is set; its pods then wait for their attachment as on a real node. */
export function statefulSetOn(pods: NodePods, volume: boolean): V1StatefulSet {
  const labels = { app: pods.name };
  const spec = podSpec(pods);
  const containers = spec.containers.map((one) => ({
    ...one,
    volumeMounts: volume ? [{ name: 'data', mountPath: '/data' }] : [],
  }));
  const claim = {
    metadata: { name: 'data' },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: storageClassNames.gp3,
      resources: { requests: { storage: '1Gi' } },
    },
  };
  return {
    metadata: { name: pods.name, namespace: pods.namespace },
    spec: {
      serviceName: pods.name,
      replicas: pods.replicas ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(volume && { annotations: { [startupSecondsAnnotation]: '0' } }) },
        spec: { ...spec, containers },
      },
      ...(volume && { volumeClaimTemplates: [claim] }),
    },
  };
}

export function budgetOf({ namespace, name }: NodePods, minAvailable: number): V1PodDisruptionBudget {
  return {
    metadata: { name, namespace },
    spec: { minAvailable, selector: { matchLabels: { app: name } } },
  };
}
