import { isCancellation } from '@temporalio/workflow';
import type { CheckSnapshotInput } from '../../activities/hosts/types.ts';
import { failureFacts } from '../recovery/failure.ts';
import type { CheckedSnapshot } from './facts.ts';
import { onEveryHost, onHost } from './on-host.ts';
import { trying } from './ports.ts';

/**
 * The snapshot as each of the hosts finds it, all at once: one that cannot get it, or gets something else, is known before the plan,
 * and none has to download it again. Null when there is no host to ask.
 */
export async function trySnapshot(
  cluster: string,
  hosts: readonly { readonly host: string }[],
  input: CheckSnapshotInput,
): Promise<CheckedSnapshot | null> {
  const checked = await onEveryHost(hosts, async ({ host }): Promise<CheckedSnapshot> => {
    try {
      const record = await onHost(cluster, host, trying).checkEtcdSnapshot(input);
      return { kind: 'good', bucket: input.bucket, record };
    } catch (error) {
      const { code, message, refusal } = failureFacts(error);
      if (isCancellation(error) || !refusal) throw error;
      return { kind: 'bad', code, message };
    }
  });
  return checked.find(({ kind }) => kind === 'bad') ?? checked[0] ?? null;
}
