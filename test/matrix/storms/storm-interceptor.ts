import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Info } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { completionRecorded, onceRecorded } from '../crash-interceptor.ts';
import type { CrashPoint } from '../crash-order.ts';

/** A process dies in every activity of one run, once in each. */
export interface StormOrder {
  readonly workflowId: string;
  readonly point: CrashPoint;
  /** Folder with one file for each death, `<activity>.<activity id>.<process name>`. */
  readonly deaths: string;
  /** Tells the processes of a storm apart, such as the host. */
  readonly name: string;
}

/** Kills this very process with SIGKILL in each activity of the run that it has not died in yet. */
export function stormInterceptor(order: StormOrder, connect: () => Promise<Client>): ActivityInterceptorsFactory {
  mkdirSync(order.deaths, { recursive: true });
  const finished = new Map<string, Info>();
  /** One death comes after all that was recorded by then: what ended beside the first has no other moment to die after. */
  const dieAfter = async (info: Info): Promise<void> => {
    await onceRecorded(info, connect);
    const client = await connect();
    const markers: string[] = [];
    for (const [marker, other] of finished) if (await completionRecorded(client, other)) markers.push(marker);
    dieOnce(...markers);
  };
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        if (info.workflowExecution?.workflowId !== order.workflowId) return next(input);
        const marker = join(order.deaths, `${info.activityType}.${info.activityId}.${order.name}`);
        if (order.point === 'before') dieOnce(marker);
        const result = await next(input);
        if (order.point === 'effect') dieOnce(marker);
        if (order.point === 'after') {
          finished.set(marker, info);
          void dieAfter(info);
        }
        return result;
      },
    },
  });
}

/** Dies unless it has died of all of them before. */
function dieOnce(...markers: readonly string[]): void {
  const fresh = markers.filter((marker) => {
    try {
      writeFileSync(marker, '', { flag: 'wx' });
      return true;
    } catch {
      return false;
    }
  });
  if (fresh.length > 0) process.kill(process.pid, 'SIGKILL');
}
