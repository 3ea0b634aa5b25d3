import { clusterBackupMatrix } from './cluster-backup.ts';
import { configBackupMatrix } from './config-backup.ts';
import { crossClusterRestoreMatrix } from './cross-cluster-restore.ts';
import { etcdBackupMatrix } from './etcd-backup.ts';
import { etcdRestoreMatrix } from './etcd-restore.ts';
import { etcdWholeMatrix } from './etcd-whole.ts';
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
  clusterBackupMatrix,
  configBackupMatrix,
  etcdWholeMatrix,
  namespaceRestoreMatrix,
  crossClusterRestoreMatrix,
];
