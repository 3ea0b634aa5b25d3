/** The objects of a workload with a PostgreSQL in it. Pure. */
import type {
  V1Deployment,
  V1LabelSelector,
  V1PersistentVolumeClaim,
  V1PodTemplateSpec,
  V1Secret,
  V1Service,
  V1StatefulSet,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { databaseAnnotation, startupSecondsAnnotation } from '../cluster/kwok-stages.ts';

export interface DatabaseSpec {
  readonly namespace: string;
  readonly name: string;
  readonly storageClass: string;
  /** A quantity such as `2Gi`. */
  readonly size: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly priorityClass?: string;
}

export const postgresImage = 'docker.io/library/postgres:15';
const credentials = 'db-credentials';

export function credentialsSecret(namespace: string): V1Secret {
  return {
    metadata: { name: credentials, namespace },
    type: 'Opaque',
    stringData: { username: 'postgres', password: 'sandbox-only' },
  };
}

function selector(name: string): V1LabelSelector {
  return { matchLabels: { app: name } };
}

/** A pod with a PostgreSQL on the first of its claims; each claim is mounted. */
export function databaseTemplate(
  spec: DatabaseSpec,
  volumes: readonly { name: string; claim?: string }[],
): V1PodTemplateSpec {
  const claimed = volumes.filter((volume) => volume.claim !== undefined);
  return {
    metadata: { labels: { app: spec.name, ...spec.labels }, annotations: { [databaseAnnotation]: 'postgresql' } },
    spec: {
      ...(spec.priorityClass === undefined ? {} : { priorityClassName: spec.priorityClass }),
      terminationGracePeriodSeconds: 30,
      containers: [
        {
          name: 'postgresql',
          image: postgresImage,
          ports: [{ name: 'postgresql', containerPort: 5432 }],
          env: [
            { name: 'POSTGRES_USER', valueFrom: { secretKeyRef: { name: credentials, key: 'username' } } },
            { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: credentials, key: 'password' } } },
            { name: 'PGDATA', value: '/var/lib/postgresql/data/pgdata' },
          ],
          resources: { requests: { cpu: '100m', memory: '128Mi' } },
          volumeMounts: volumes.map(({ name }, index) => ({
            name,
            mountPath: index === 0 ? '/var/lib/postgresql/data' : `/var/lib/postgresql/${name}`,
          })),
          readinessProbe: { exec: { command: ['pg_isready'] }, periodSeconds: 2 },
        },
      ],
      ...(claimed.length === 0
        ? {}
        : { volumes: claimed.map(({ name, claim = '' }) => ({ name, persistentVolumeClaim: { claimName: claim } })) }),
    },
  };
}

export function claim(spec: DatabaseSpec, name: string): V1PersistentVolumeClaim {
  return {
    metadata: { name, namespace: spec.namespace, labels: { app: spec.name, ...spec.labels } },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: spec.storageClass,
      resources: { requests: { storage: spec.size } },
    },
  };
}

export interface StatefulSetOptions {
  /** Names of the claim templates; the first one holds the database. */
  readonly templates: readonly string[];
  readonly whenScaled?: 'Retain' | 'Delete';
}

export function databaseStatefulSet(spec: DatabaseSpec, { templates, whenScaled }: StatefulSetOptions): V1StatefulSet {
  return {
    metadata: { name: spec.name, namespace: spec.namespace, labels: { app: spec.name, ...spec.labels } },
    spec: {
      serviceName: spec.name,
      replicas: 1,
      selector: selector(spec.name),
      template: databaseTemplate(
        spec,
        templates.map((name) => ({ name })),
      ),
      volumeClaimTemplates: templates.map((name) => ({
        metadata: { name, labels: { app: spec.name, ...spec.labels } },
        spec: claim(spec, name).spec ?? {},
      })),
      ...(whenScaled === undefined
        ? {}
        : { persistentVolumeClaimRetentionPolicy: { whenScaled, whenDeleted: 'Retain' } }),
    },
  };
}

export function databaseDeployment(spec: DatabaseSpec, claimName: string): V1Deployment {
  return {
    metadata: { name: spec.name, namespace: spec.namespace, labels: { app: spec.name, ...spec.labels } },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: selector(spec.name),
      template: databaseTemplate(spec, [{ name: 'data', claim: claimName }]),
    },
  };
}

/** A workload that mounts a claim of somebody else and so must run on the same node. */
export function readerDeployment(spec: DatabaseSpec, name: string, claimName: string): V1Deployment {
  return {
    metadata: { name, namespace: spec.namespace, labels: { app: name } },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: selector(name),
      template: {
        metadata: { labels: { app: name }, annotations: { [startupSecondsAnnotation]: '0' } },
        spec: {
          affinity: {
            podAffinity: {
              preferredDuringSchedulingIgnoredDuringExecution: [
                {
                  weight: 100,
                  podAffinityTerm: { labelSelector: selector(spec.name), topologyKey: 'kubernetes.io/hostname' },
                },
              ],
            },
          },
          containers: [
            {
              name: 'reader',
              image: 'docker.io/library/busybox:1',
              volumeMounts: [{ name: 'data', mountPath: '/data', readOnly: true }],
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName, readOnly: true } }],
        },
      },
    },
  };
}

export function databaseService(spec: DatabaseSpec): V1Service {
  return {
    metadata: { name: spec.name, namespace: spec.namespace, labels: { app: spec.name, ...spec.labels } },
    spec: { clusterIP: 'None', selector: { app: spec.name }, ports: [{ name: 'postgresql', port: 5432 }] },
  };
}

export function autoscaler(spec: DatabaseSpec, kind: 'StatefulSet' | 'Deployment'): V2HorizontalPodAutoscaler {
  return {
    metadata: { name: spec.name, namespace: spec.namespace },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind, name: spec.name },
      minReplicas: 1,
      maxReplicas: 3,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    },
  };
}
