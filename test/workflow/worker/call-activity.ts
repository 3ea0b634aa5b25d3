/** A workflow that calls one activity as recoveries do. */
import { proxyActivities } from '@temporalio/workflow';
import { changing } from '../../../workflows/recovery/retries.ts';

const { act } = proxyActivities<{ act(input: string): Promise<unknown> }>(changing);

export function callActivity(input: string): Promise<unknown> {
  return act(input);
}
