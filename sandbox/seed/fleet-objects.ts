/** What runs on a fleet of nodes. Pure. */
import type {
  V1DaemonSet,
  V1Deployment,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1PriorityClass,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { startupSecondsAnnotation } from '../cluster/kwok-stages.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { type PlacedObject, storageClassNames } from './cluster-objects.ts';

export interface FleetShape {
  /** Pods of each of the Deployments. */
  readonly replicas: number;
  readonly deployments: number;
  /** StatefulSets with one pod and one volume each. */
  readonly statefulSets: number;
  /** Pods of both; the DaemonSet's come on top. */
  readonly pods: number;
}

/** Two pods of Deployments a node, and a volume for every tenth node. */
export function fleetShape(nodes: number): FleetShape {
  const deployments = 4;
  const replicas = Math.max(1, Math.round(nodes / 2));
  const statefulSets = Math.max(1, Math.round(nodes / 10));
  return { deployments, replicas, statefulSets, pods: deployments * replicas + statefulSets };
}

const critical = 'fleet-critical';
const batch = 'fleet-batch';

export const fleetPriorities: readonly V1PriorityClass[] = [
  { metadata: { name: critical }, value: 100_000, description: 'Serves customers.' },
  { metadata: { name: batch }, value: 100, description: 'May wait.', preemptionPolicy: 'Never' },
];

export function fleetObjects(namespace: string, shape: FleetShape): PlacedObject[] {
  const indexes = (count: number) => Array.from({ length: count }, (_, index) => index);
  return [
    { resource: resources.daemonSets, object: daemonSet(namespace) },
    ...indexes(shape.deployments).flatMap((index) => {
      const name = `web-${index}`;
      const priority = index === 0 ? critical : batch;
      return [
        { resource: resources.deployments, object: deployment(namespace, name, shape.replicas, priority) },
        { resource: resources.budgets, object: budget(namespace, name) },
      ];
    }),
    ...indexes(shape.statefulSets).map((index) => ({
      resource: resources.statefulSets,
      object: statefulSet(namespace, `store-${index}`),
    })),
  ];
}

function podSpec(priorityClassName: string): V1PodSpec {
  return {
    priorityClassName,
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: 'app',
        image: 'docker.io/library/busybox:1',
        resources: { requests: { cpu: '50m', memory: '64Mi' } },
      },
    ],
  };
}

function daemonSet(namespace: string): V1DaemonSet {
  const labels = { app: 'agent' };
  return {
    metadata: { name: 'agent', namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...podSpec(critical), tolerations: [{ operator: 'Exists' }] },
      },
    },
  };
}

function deployment(namespace: string, name: string, replicas: number, priority: string): V1Deployment {
  const labels = { app: name };
  const spread = {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  };
  return {
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...podSpec(priority), topologySpreadConstraints: [spread] } },
    },
  };
}

function budget(namespace: string, name: string): V1PodDisruptionBudget {
  return {
    metadata: { name, namespace },
    spec: { maxUnavailable: '10%', selector: { matchLabels: { app: name } } },
  };
}

function statefulSet(namespace: string, name: string): V1StatefulSet {
  const labels = { app: name };
  const spec = podSpec(critical);
  return {
    metadata: { name, namespace },
    spec: {
      serviceName: name,
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { [startupSecondsAnnotation]: '0' } },
        spec: {
          ...spec,
          containers: spec.containers.map((one) => ({
            ...one,
            volumeMounts: [{ name: 'data', mountPath: '/data' }],
          })),
        },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: 'data' },
          spec: {
            accessModes: ['ReadWriteOnce'],
            storageClassName: storageClassNames.gp3,
            resources: { requests: { storage: '1Gi' } },
          },
        },
      ],
    },
  };
}
