import type { AgentSettings } from '../../config/agent.ts';
import type { ObjectStores } from '../objects/port.ts';
import { activityPace, type Pace } from '../pace.ts';
import { disarmCorrupt } from './alarms.ts';
import { waitApiServerReady } from './api-server.ts';
import { measureDisk } from './etcd-disk.ts';
import { waitEtcdHealthy } from './etcd-health.ts';
import { etcdClusterFacts } from './etcd-members.ts';
import { readHostFacts } from './facts.ts';
import type { Host } from './host.ts';
import { joinExistingCluster } from './join-manifest.ts';
import { addLearner, promoteLearner, removeMember } from './membership.ts';
import { proveStopped, startPods, stopPods } from './pods.ts';
import { dropPreparedData, prepareData, putBackData, setAsideData, swapData } from './restore-data.ts';
import { readRewind } from './rewind.ts';
import { type SealingKey, saveHostFiles } from './saved-files.ts';
import { checkSnapshot, clearScratch } from './snapshot-files.ts';
import { endSurvivor, readSurvivingData, startSurvivor } from './survivor.ts';
import { takeSnapshot } from './take-snapshot.ts';
import type { HostActivities } from './types.ts';

export interface HostDependencies {
  readonly settings: AgentSettings;
  /** PATH and HOME for child processes. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stores: ObjectStores;
  readonly sealing: SealingKey | null;
  readonly pace?: Pace;
}

/** All that an agent can be asked to do. It takes no command, no path and no argument of a program from its caller. */
export function createHostActivities({
  settings,
  environment,
  stores,
  sealing,
  pace = activityPace,
}: HostDependencies): HostActivities {
  const host: Host = { settings, environment };
  const { host: name } = settings;
  clearScratch(host);
  // A repeat may come while the try before it is still ending: what changes the host happens one at a time.
  let last: Promise<unknown> = Promise.resolve();
  const alone = <T>(work: () => Promise<T> | T): Promise<T> => {
    const mine = last.then(work, work);
    last = mine.catch(() => {});
    return mine;
  };
  return {
    /** Safe to retry: reads only. */
    readHostFacts: async () => readHostFacts(host, pace.signal()),

    /** Safe to retry: reads only. */
    readEtcdCluster: async ({ endpoints }) => etcdClusterFacts(host, endpoints, pace.signal()),

    /** Safe to retry: reads only. */
    measureEtcdDisk: async (input) => measureDisk(host, input, pace),

    /** Safe to retry: works in the scratch folder and empties it. @throws RekindleError `snapshot-tampered`, `snapshot-broken` */
    checkEtcdSnapshot: async (input) => checkSnapshot(host, stores.region(input.region), input, pace.signal()),

    /** Safe to retry: reads only. */
    readSurvivingData: async () => readSurvivingData(host),

    /** Safe to retry: the manifest tells whether the copy is made. @throws RekindleError `not-proved-stopped` */
    startSurvivor: ({ recoveryId }) => alone(() => startSurvivor(host, recoveryId, pace)),

    /** Safe to retry: the manifest tells whether it was ended. */
    endSurvivor: ({ recoveryId }) => alone(() => endSurvivor(host, recoveryId, pace)),

    /** Safe to retry: works in the scratch folder and empties it. No value of an object is in the answer. */
    readEtcdRewind: async (input) => readRewind(host, stores.region(input.snapshot.region), input, pace),

    /** Safe to retry: a snapshot of this recovery whose record is in the bucket is not taken twice. */
    takeEtcdSnapshot: async (input) => takeSnapshot(host, stores.region(input.region), input, pace),

    /** Safe to retry: the key is the recovery's, and is written only where nothing is. */
    saveHostFiles: async (input) => saveHostFiles(host, stores.region(input.region), sealing, input),

    /** Safe to retry: data that was prepared from the same snapshot and token is kept; anything else is made anew. */
    prepareEtcdData: (input) => alone(() => prepareData(host, stores.region(input.snapshot.region), input, pace)),

    /** Safe to retry: takes away only what this recovery prepared and nobody used. */
    dropPreparedData: ({ recoveryId }) => alone(() => dropPreparedData(host, recoveryId)),

    /** Safe to retry: a manifest that is parked stays so. @throws RekindleError `static-pod-running` at the limit */
    stopStaticPods: (input) => alone(() => stopPods(host, input, pace)),

    /** Safe to retry: reads only. @throws RekindleError `not-proved-stopped` */
    proveStopped: async ({ pods }) => proveStopped(host, pods, pace),

    /** Safe to retry: the folders tell how far it came. @throws RekindleError `not-proved-stopped` */
    swapEtcdData: ({ recoveryId }) => alone(() => swapData(host, recoveryId, pace)),

    /** Safe to retry: the folders tell how far it came. @throws RekindleError `not-proved-stopped` */
    putBackEtcdData: ({ recoveryId }) => alone(() => putBackData(host, recoveryId, pace)),

    /** Safe to retry: the folders tell whether the data was moved. @throws RekindleError `not-proved-stopped` */
    setAsideEtcdData: ({ recoveryId }) => alone(() => setAsideData(host, recoveryId, pace)),

    /** Safe to retry: a member that is not in the list is removed. @throws RekindleError `quorum-at-risk` */
    removeEtcdMember: (input) => alone(() => removeMember(host, input, pace)),

    /** Safe to retry: a member of that peer URL is the one that was added before. */
    addEtcdLearner: (input) => alone(() => addLearner(host, input, pace)),

    /** Safe to retry: the manifest is made anew from the one that was kept. */
    joinEtcdCluster: (input) => alone(() => joinExistingCluster(host, input)),

    /** Safe to retry: a voter is promoted. @throws RekindleError `learner-not-in-sync` at the limit */
    promoteEtcdLearner: (input) => alone(() => promoteLearner(host, input, pace)),

    /** Safe to retry: without an alarm there is nothing to clear. @throws RekindleError `other-etcd-alarm` */
    disarmCorruptAlarm: (input) => alone(() => disarmCorrupt(host, input, pace)),

    /** Safe to retry: a manifest that is in place stays so. @throws RekindleError `static-pod-not-started` at the limit */
    startStaticPods: ({ pods, limitSeconds, untilListening }) =>
      alone(async () => `${name}: ${await startPods(host, pods, limitSeconds, untilListening, pace)}`),

    /** Safe to retry: an alarm that was cleared is not found again. @throws RekindleError `etcd-not-healthy` at the limit */
    waitEtcdHealthy: async (input) => waitEtcdHealthy(host, input, pace),

    /** Safe to retry: reads only. @throws RekindleError `static-pod-not-started` at the limit */
    waitApiServerReady: async ({ limitSeconds }) => waitApiServerReady(host, limitSeconds, pace),
  };
}
