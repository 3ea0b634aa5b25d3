import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { onceRecorded } from '../crash-interceptor.ts';
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
  return ({ info }) => ({
    inbound: {
      async execute(input, next) {
        if (info.workflowExecution?.workflowId !== order.workflowId) return next(input);
        const marker = join(order.deaths, `${info.activityType}.${info.activityId}.${order.name}`);
        if (order.point === 'before') dieOnce(marker);
        const result = await next(input);
        if (order.point === 'effect') dieOnce(marker);
        if (order.point === 'after') void onceRecorded(info, connect).then(() => dieOnce(marker));
        return result;
      },
    },
  });
}

function dieOnce(marker: string): void {
  try {
    writeFileSync(marker, '', { flag: 'wx' });
  } catch {
    return;
  }
  process.kill(process.pid, 'SIGKILL');
}
