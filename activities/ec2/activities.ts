import { RekindleError } from '../../errors/rekindle-error.ts';
import { activityPace, type Pace } from '../pace.ts';
import { volumeRequest } from './creation-request.ts';
import { deleteRecoveryVolume } from './deletion.ts';
import type { Ec2Region, Ec2Regions, Ec2Volume } from './port.ts';
import { type Settlement, settle } from './settlement.ts';
import { snapshotCandidates, snapshotQueries } from './snapshot-search.ts';
import { madeForTags } from './tags.ts';
import type { AwsVantage, Ec2Activities, VolumeFacts, VolumeInitialization, WaitVolumeInput } from './types.ts';
import { parseVolumeHandle } from './volume-handle.ts';

export type { Ec2Activities } from './types.ts';

export interface Ec2Dependencies {
  readonly regions: Ec2Regions;
  readonly pace?: Pace;
}

/** First and longest pause between two looks at a volume. */
const firstPauseMs = 250;
const longestPauseMs = 3_000;

/** EC2 adds an encoded explanation of some thousand characters to a missing permission. */
const longestRefusal = 400;

const initializationUnknown: VolumeInitialization = { state: 'unknown', progressPercent: null };

export function createEc2Activities({ regions, pace = activityPace }: Ec2Dependencies): Ec2Activities {
  /** The account behind the credentials; asked again each time, because it is part of a proof. */
  async function vantageOf(region: Ec2Region): Promise<AwsVantage> {
    return { accountId: await region.callerAccountId(pace.signal()), region: region.region };
  }

  async function factsOf(region: Ec2Region, volumeId: string, vantage: AwsVantage): Promise<VolumeFacts> {
    const answer = await region.volume(volumeId, pace.signal());
    if ('notFound' in answer) return missingVolume(volumeId, vantage, answer.notFound);
    return { ...answer, vantage, notFoundMessage: null, initialization: await initializationOf(region, answer) };
  }

  /** Informative only: a caller that may not ask, or an answer that does not come, leaves it unknown. */
  async function initializationOf(region: Ec2Region, volume: Ec2Volume): Promise<VolumeInitialization> {
    const readable = volume.state === 'available' || volume.state === 'in-use';
    if (!readable || volume.sourceSnapshotId === null) return initializationUnknown;
    try {
      return await region.initialization(volume.volumeId, pace.signal());
    } catch (error) {
      if (error instanceof RekindleError) return initializationUnknown;
      throw error;
    }
  }

  return {
    /** Safe to retry: reads only. Source: EC2 DescribeVolumes, DescribeVolumeStatus; STS GetCallerIdentity. */
    async readVolume(input) {
      const region = regions.region(input.region);
      const volumeId = parseVolumeHandle(input.volumeId)?.volumeId ?? input.volumeId;
      return factsOf(region, volumeId, await vantageOf(region));
    },

    /**
     * Safe to retry: reads only. Source: EC2 DescribeSnapshots, all pages.
     * @throws RekindleError `invalid-input` when nothing is given to search by
     */
    async findSnapshots(input) {
      const queries = snapshotQueries(input);
      if (queries.length === 0) {
        throw new RekindleError(
          'invalid-input',
          'Snapshots are searched by a volume id, a PersistentVolume, a claim, handles or a snapshot id; none was given',
        );
      }
      const region = regions.region(input.region);
      const [vantage, ...found] = await Promise.all([
        vantageOf(region),
        ...queries.map((query) => region.snapshots(query, pace.signal())),
      ]);
      return { vantage, ...snapshotCandidates(found.flat(), input) };
    },

    /** Safe to retry: asks EC2 for a dry run, which has no effect. */
    async rehearseCreateVolume(input) {
      try {
        await regions.region(input.region).rehearseCreateVolume(volumeRequest(input));
        return { outcome: 'accepted' };
      } catch (error) {
        if (!(error instanceof RekindleError) || error.retryable) throw error;
        return { outcome: 'refused', code: error.code, message: error.message.slice(0, longestRefusal) };
      }
    },

    /**
     * Safe to retry: looks for the attempt's own tags first, and the client token makes EC2 answer a repeat with the same volume.
     * @throws RekindleError `client-token-burned` when this attempt's creation failed before: take the next attempt
     */
    async createVolumeFromSnapshot(input) {
      const region = regions.region(input.region);
      const tagged = await region.volumesTagged(
        madeForTags(input.recoveryId, input.pvName, input.attempt),
        pace.signal(),
      );
      const found = tagged.filter((volume) => volume.state !== 'deleting' && volume.state !== 'deleted');
      if (found.length > 1) {
        const ids = found.map((volume) => volume.volumeId).sort();
        throw new RekindleError('volume-duplicated', `One attempt has ${found.length} volumes: ${ids.join(', ')}`, {
          details: { volumeIds: ids, pvName: input.pvName, attempt: input.attempt },
        });
      }
      const volume = found[0] ?? (await region.createVolume(volumeRequest(input)));
      return {
        volumeId: volume.volumeId,
        state: volume.state,
        zone: volume.zone,
        attempt: input.attempt,
        alreadyThere: found.length === 1,
      };
    },

    /**
     * Safe to retry: reads only. `available` says that the volume can be attached, not that its blocks are there: see
     * `initialization` of the answer.
     * @throws RekindleError `not-yet` at the limit
     */
    async waitVolumeAvailable(input) {
      const region = regions.region(input.region);
      const settlement = await settled(region, input, pace);
      const volume = await factsOf(region, input.volumeId, await vantageOf(region));
      return settlement === 'available'
        ? { outcome: 'available', volume }
        : { outcome: 'failed', state: settlement, volume };
    },

    /** Safe to retry: deletes only what carries this recovery's tags; what is gone is done. */
    deleteRecoveryVolume: (input) => deleteRecoveryVolume(regions.region(input.region), input, pace),
  };
}

async function settled(region: Ec2Region, input: WaitVolumeInput, pace: Pace): Promise<Exclude<Settlement, 'wait'>> {
  const began = pace.now();
  let seenBefore = false;
  let missingSince: number | null = null;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const answer = await region.volume(input.volumeId, pace.signal());
    const now = pace.now();
    const state = 'notFound' in answer ? 'missing' : answer.state;
    missingSince = state === 'missing' ? (missingSince ?? now) : null;
    const settlement = settle({ state, seenBefore, missingForMs: missingSince === null ? 0 : now - missingSince });
    if (settlement !== 'wait') return settlement;
    seenBefore ||= state !== 'missing';
    const waited = Math.round((now - began) / 1000);
    pace.report(`${input.volumeId} is ${state} after ${waited} s`);
    if (now + pause - began > input.limitSeconds * 1000) {
      throw new RekindleError('not-yet', `${input.volumeId} is ${state} after ${waited} s in ${input.region}`, {
        details: { volumeId: input.volumeId, state, waitedSeconds: waited },
      });
    }
    await pace.sleep(pause);
  }
}

function missingVolume(volumeId: string, vantage: AwsVantage, notFoundMessage: string): VolumeFacts {
  return {
    volumeId,
    state: 'missing',
    vantage,
    notFoundMessage,
    shape: null,
    zone: null,
    createdAt: null,
    sourceSnapshotId: null,
    attachments: [],
    tags: {},
    initialization: initializationUnknown,
  };
}
