/** The workflows of the test's worker: the real etcd-restore, and in the place of its child one that answers as the test wants. */
import { proxyActivities } from '@temporalio/workflow';
import type { NamespaceRestoreInput } from '../../../workflows/namespace-restore/contract.ts';
import type { RecoveryResult } from '../../../workflows/recovery/result.ts';

export { etcdRestore } from '../../../workflows/etcd-restore/workflow.ts';

export interface ChildAnswers {
  answerChild(input: NamespaceRestoreInput): Promise<RecoveryResult>;
}

const { answerChild } = proxyActivities<ChildAnswers>({ startToCloseTimeout: '10 seconds' });

export async function namespaceRestore(input: NamespaceRestoreInput): Promise<RecoveryResult> {
  return answerChild(input);
}
