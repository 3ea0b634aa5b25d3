/**
 * What EC2 and Auto Scaling have that a return to a snapshot leaves without an object, and which objects come back with nothing behind
 * them. Reads only. Objects that were made since the snapshot are asked for their volumes and instances while the API answers; where
 * it does not, volumes are found by the tag that the CSI driver gives them, and instances are not told.
 */
import { RekindleError } from '../../errors/rekindle-error.ts';
import type { AutoScalingRegion } from '../autoscaling/port.ts';
import type { Ec2Region } from '../ec2/port.ts';
import { parseVolumeHandle } from '../ec2/volume-handle.ts';
import { kinds } from '../kubernetes/kinds.ts';
import type { KubernetesObject, KubernetesPort } from '../kubernetes/port.ts';
import type { CloudRewindInput } from './types.ts';

interface Surroundings {
  readonly kubernetes: KubernetesPort;
  readonly ec2: Ec2Region;
  readonly autoScaling: AutoScalingRegion;
  readonly groups: readonly string[];
  readonly signal: AbortSignal;
}

interface VolumeObject extends KubernetesObject {
  readonly spec?: {
    readonly csi?: { readonly volumeHandle?: string };
    readonly awsElasticBlockStore?: { readonly volumeID?: string };
  };
}

interface NodeObject extends KubernetesObject {
  readonly spec?: { readonly providerID?: string };
}

/** One sentence each. */
export async function cloudRewind(around: Surroundings, input: CloudRewindInput): Promise<readonly string[]> {
  const nodes = await answered(() => around.kubernetes.list<NodeObject>(kinds.node, {}, around.signal));
  const volumes = nodes === null ? null : await listVolumes(around);
  const lines = await Promise.all([
    ...input.lostVolumes.map((name) => lostVolume(around, name, volumes)),
    ...input.returningVolumes.map((name) => returningVolume(around, name)),
    ...(nodes === null ? [] : [unknownInstances(around, input, nodes)]),
  ]);
  const returning = input.returningNodes.map(
    (name) => `Node ${name} comes back; where its instance is gone, the cloud controller takes it away again`,
  );
  return [...lines.flat(), ...returning];
}

async function answered<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RekindleError) return null;
    throw error;
  }
}

async function listVolumes({ kubernetes, signal }: Surroundings): Promise<ReadonlyMap<string, VolumeObject>> {
  const listed = await kubernetes.list<VolumeObject>(kinds.volume, {}, signal);
  return new Map(listed.map((object) => [object.metadata.name, object]));
}

async function lostVolume(
  around: Surroundings,
  name: string,
  volumes: ReadonlyMap<string, VolumeObject> | null,
): Promise<readonly string[]> {
  const spec = volumes?.get(name)?.spec;
  const handle = parseVolumeHandle(spec?.csi?.volumeHandle ?? spec?.awsElasticBlockStore?.volumeID ?? '');
  const ids = handle === null ? await taggedVolumes(around, name) : [handle.volumeId];
  return ids.map((id) => `volume ${id} stays in EC2 without its PersistentVolume ${name}`);
}

async function returningVolume(around: Surroundings, name: string): Promise<readonly string[]> {
  const [id] = await taggedVolumes(around, name);
  return id === undefined
    ? [`PersistentVolume ${name} comes back, and no volume of EC2 bears its name`]
    : [`PersistentVolume ${name} comes back; its volume ${id} is still in EC2`];
}

async function taggedVolumes({ ec2, signal }: Surroundings, name: string): Promise<readonly string[]> {
  return (await ec2.volumesTagged({ CSIVolumeName: name }, signal)).map(({ volumeId }) => volumeId);
}

/** Members of the groups whose Node is not in the snapshot, or that have none at all. */
async function unknownInstances(
  { autoScaling, groups, signal }: Surroundings,
  { lostNodes }: CloudRewindInput,
  nodes: readonly NodeObject[],
): Promise<readonly string[]> {
  const known = new Set(
    nodes
      .filter(({ metadata }) => !lostNodes.includes(metadata.name))
      .map(({ spec }) => spec?.providerID?.split('/').at(-1)),
  );
  const found = groups.length === 0 ? [] : await autoScaling.groups(groups, signal);
  return found.flatMap(({ name, members }) =>
    members
      .filter(({ instanceId }) => !known.has(instanceId))
      .map(({ instanceId }) => `instance ${instanceId} of ${name} has no Node afterwards: restart its kubelet`),
  );
}
