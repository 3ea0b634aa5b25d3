import type { WorkflowHandle } from '@temporalio/client';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { cancelUpdate, progressQuery } from '../../workflows/recovery/messages.ts';
import type { RecoveryResult, RecoveryStatus } from '../../workflows/recovery/result.ts';
import { recoveredProblems, undoneProblems } from '../worlds/claim-problems.ts';
import {
  deployStatefulApp,
  loseVolume,
  removeStatefulApp,
  type StatefulApp,
  type StatefulAppOptions,
} from '../worlds/stateful-app.ts';
import type { Ground, ScenarioMatrix, Situation } from './scenario-matrix.ts';

interface SituationShape {
  readonly app?: StatefulAppOptions;
  readonly lose?: (ground: Ground, app: StatefulApp) => Promise<void>;
  readonly input?: object;
  readonly ends?: RecoveryStatus;
  readonly drive?: (handle: WorkflowHandle) => Promise<void>;
}

function situation({ app: options, lose, input, ends = 'recovered', drive }: SituationShape): Situation {
  return {
    workflowId: (name) => `volume-rebind/prod/${name}/data-app-0`,
    async prepare(ground, name) {
      const app = await deployStatefulApp(ground.access, name, options);
      await (lose ?? loseVolume)(ground, app);
      return {
        input: { cluster: 'prod', namespace: app.namespace, pvc: app.claim, approval: 'automatic', ...input },
        ...(drive === undefined ? {} : { drive }),
        async problems(result, recoveryId) {
          const judge = ends === 'recovered' ? recoveredProblems : undoneProblems;
          return [...wrongEnd(result, ends), ...(await judge(ground.access, app, recoveryId))];
        },
        remove: () => removeStatefulApp(ground.access, app),
      };
    },
  };
}

function wrongEnd(result: RecoveryResult, wanted: RecoveryStatus): string[] {
  return result.status === wanted ? [] : [`the run ended ${JSON.stringify(result)} instead of ${wanted}`];
}

/** Cancels the run as soon as the step runs. */
function cancelAt(stepId: string) {
  return async (handle: WorkflowHandle): Promise<void> => {
    await waitFor(
      `step ${stepId}`,
      async () =>
        (await handle.query(progressQuery)).steps.some(({ id, state }) => id === stepId && state === 'running'),
      { timeoutMs: 120_000, intervalMs: 100 },
    );
    await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'matrix', comment: `at ${stepId}` }] });
  };
}

const situations = {
  'volume-deleted': situation({}),
  'with-database': situation({ app: { rows: 200 } }),
  'cancelled-late': situation({
    app: { startupSeconds: 15 },
    ends: 'cancelled',
    drive: cancelAt('wait-ready'),
  }),
};

const everyTime = [{ situation: 'volume-deleted' }] as const;
const whenCancelled = [{ situation: 'cancelled-late' }] as const;

export const volumeRebindMatrix: ScenarioMatrix<keyof typeof situations> = {
  slug: 'volume-rebind',
  workflowType: 'volumeRebind',
  situations,
  entries: {
    admitRecovery: everyTime,
    readClaimFacts: everyTime,
    readVolume: everyTime,
    findSnapshots: everyTime,
    rehearseCreateVolume: everyTime,
    acquireScopes: everyTime,
    saveDefinitions: everyTime,
    holdWorkload: everyTime,
    waitWorkloadQuiet: everyTime,
    retainVolume: everyTime,
    createVolumeFromSnapshot: everyTime,
    waitVolumeAvailable: everyTime,
    swapPersistentVolume: everyTime,
    waitClaimBound: everyTime,
    releaseWorkload: everyTime,
    waitWorkloadReady: everyTime,
    readClaimUse: everyTime,
    checkPostgresql: [{ situation: 'with-database' }],
    releaseScopes: everyTime,
    saveReport: everyTime,
    deleteRecoveryVolume: whenCancelled,
    restoreReclaimPolicy: whenCancelled,
    restorePersistentVolume: whenCancelled,
  },
};
