/** Every workflow by name: each export becomes a workflow type. */
export { clusterBackup } from './cluster-backup/workflow.ts';
export { configBackup } from './config-backup/workflow.ts';
export { crossClusterRestore } from './cross-cluster-restore/workflow.ts';
export { etcdBackup } from './etcd-backup/workflow.ts';
export { etcdRestore } from './etcd-restore/workflow.ts';
export { clusterLease } from './lease/workflow.ts';
export { namespaceRestore } from './namespace-restore/workflow.ts';
export { nodeReplacement } from './node-replacement/workflow.ts';
export { volumeRebind } from './volume-rebind/workflow.ts';
