import { configBackupMatrix } from './config-backup.ts';
import { etcdBackupMatrix } from './etcd-backup.ts';
import { etcdRestoreMatrix } from './etcd-restore.ts';
import { namespaceRestoreMatrix } from './namespace-restore.ts';
import { nodeReplacementMatrix } from './node-replacement.ts';
import type { ScenarioMatrix } from './scenario-matrix.ts';
import { volumeRebindMatrix } from './volume-rebind.ts';

/** The matrix of every scenario. */
export const scenarioMatrices: readonly ScenarioMatrix[] = [
  volumeRebindMatrix,
  nodeReplacementMatrix,
  etcdBackupMatrix,
  etcdRestoreMatrix,
  configBackupMatrix,
  namespaceRestoreMatrix,
];

const veleroAlone = 'asked of a real Velero in test/sandbox/faults/velero.faults.test.ts; no scenario calls it yet';

const fenced =
  'needs hosts with machines of their own: test/sandbox/faults/etcd-fence.faults.test.ts; no kill strikes this call';

const duringStorms =
  'only a whole restore of etcd calls it: the worker dies in it in the storms, test/matrix/storms/etcd-storms.ts';

/** Registered activities that no case of a matrix calls, each with the reason why it is registered all the same. */
export const activitiesOfNoScenario: Readonly<Record<string, string>> = {
  readHostMachines: fenced,
  fenceHosts: fenced,
  proveFenced: fenced,
  unfenceHosts: fenced,
  makeRestoreToken: duringStorms,
  checkClusterApi: duringStorms,
  listBackups: veleroAlone,
  createBackup: veleroAlone,
  waitBackup: veleroAlone,
  readBackupContent: veleroAlone,
  waitRestore: veleroAlone,
  readRestoreOutcome: veleroAlone,
};
