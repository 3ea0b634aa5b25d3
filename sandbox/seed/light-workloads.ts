/** Many small workloads with a volume each and no database: a load that two cores can carry. */
import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { V1Deployment, V1Namespace } from '@kubernetes/client-node';
import { startupSecondsAnnotation } from '../cluster/kwok-stages.ts';
import type { SandboxContext } from '../context.ts';
import { resources } from '../controllers/kubernetes/resource.ts';
import { volumeRoots } from '../controllers/volume-roots.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { storageClassNames } from './cluster-objects.ts';
import { claim } from './database-objects.ts';
import { readyPods, whenBound } from './wait-for-workload.ts';
import { snapshotVolume } from './workloads.ts';

export interface LightWorkload {
  readonly namespace: string;
  /** The name of the Deployment, of its claim and of its app label. */
  readonly name: string;
  readonly claimUid: string;
  readonly volumeName: string;
  readonly volumeId: string;
  readonly snapshotId: string;
  /** What the volume holds, to be compared after a recovery: see `readMark`. */
  readonly mark: string;
}

const markFile = 'mark';

/** What a volume of a light workload holds; undefined when the volume or its mark is gone. */
export function readMark(context: SandboxContext, volumeId: string): string | undefined {
  try {
    return readFileSync(join(volumeRoots(context).ebs, volumeId, markFile), 'utf8');
  } catch {
    return undefined;
  }
}

function deployment(namespace: string, name: string): V1Deployment {
  const labels = { app: name };
  return {
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations: { [startupSecondsAnnotation]: '0' } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [
            { name: 'app', image: 'docker.io/library/busybox:1', volumeMounts: [{ name: 'data', mountPath: '/data' }] },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: name } }],
        },
      },
    },
  };
}

/** `count` Deployments in one new namespace, each with a marked volume and a snapshot of it. At most 100 fit on six nodes. */
export async function deployLightWorkloads(
  access: ClusterAccess,
  namespace: string,
  count: number,
): Promise<LightWorkload[]> {
  await access.api.create<V1Namespace>(resources.namespaces, { metadata: { name: namespace } });
  const names = Array.from({ length: count }, (_, index) => `light-${String(index).padStart(3, '0')}`);
  const made: LightWorkload[] = [];
  // In groups, so that the scheduler and EC2 are busy but nothing times out.
  for (let start = 0; start < names.length; start += 20) {
    made.push(...(await Promise.all(names.slice(start, start + 20).map((name) => one(access, namespace, name)))));
  }
  return made;
}

async function one(access: ClusterAccess, namespace: string, name: string): Promise<LightWorkload> {
  const { api, context } = access;
  const spec = { namespace, name, storageClass: storageClassNames.gp3, size: '1Gi' };
  await api.create(resources.claims, claim(spec, name));
  await api.create(resources.deployments, deployment(namespace, name));
  const { claim: object, volume, handle } = await whenBound(api, namespace, name);
  const mark = randomUUID();
  writeFileSync(join(volumeRoots(context).ebs, handle, markFile), mark);
  const [snapshotId] = await Promise.all([
    snapshotVolume(access, namespace, name, handle),
    readyPods(api, namespace, name),
  ]);
  return {
    namespace,
    name,
    claimUid: object.metadata?.uid ?? '',
    volumeName: volume.metadata?.name ?? '',
    volumeId: handle,
    snapshotId,
    mark,
  };
}
