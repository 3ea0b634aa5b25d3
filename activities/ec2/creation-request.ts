import { volumeClientToken } from './client-token.ts';
import type { VolumeRequest } from './port.ts';
import { volumeTags } from './tags.ts';
import type { CreateVolumeInput } from './types.ts';

/** Types that take a performance setting; EC2 refuses it for every other type. */
const takesIops: ReadonlySet<string> = new Set(['gp3', 'io1', 'io2']);
const takesThroughput: ReadonlySet<string> = new Set(['gp3']);

/** The request of one attempt. A pure function of the input: each repeat sends the same bytes under the same token. */
export function volumeRequest(input: CreateVolumeInput): VolumeRequest {
  return {
    clientToken: volumeClientToken(input.recoveryId, input.pvName, input.attempt),
    snapshotId: input.snapshotId,
    zone: input.zone,
    sizeGiB: input.sizeGiB,
    type: input.type,
    iops: takesIops.has(input.type) ? (input.iops ?? null) : null,
    throughputMiBps: takesThroughput.has(input.type) ? (input.throughputMiBps ?? null) : null,
    encrypted: input.encrypted,
    // A key without encryption is refused; the snapshot's own key is EC2's default.
    kmsKeyId: input.encrypted ? (input.kmsKeyId ?? null) : null,
    initializationRateMiBps: input.initializationRateMiBps ?? null,
    tags: volumeTags(input),
  };
}
