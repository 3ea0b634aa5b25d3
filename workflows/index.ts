/** Every workflow by name: each export becomes a workflow type. */
export { clusterLease } from './lease/workflow.ts';
export { volumeRebind } from './volume-rebind/workflow.ts';
