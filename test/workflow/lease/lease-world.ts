import { randomUUID } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { createCoordinationActivities } from '../../../activities/coordination/activities.ts';
import { createLeaseClient } from '../../../activities/coordination/client.ts';
import { failureInterceptor } from '../../../worker/interceptors/failure.ts';
import { heartbeatInterceptor } from '../../../worker/interceptors/heartbeat.ts';
import type { AcquireAnswer } from '../../../workflows/lease/contract.ts';
import type { Holder } from '../../../workflows/lease/scopes.ts';
import { acquireFor, endHolder, type holdScopes, releaseFor } from './holder-workflow.ts';

/** A worker with the real lease and its real activities, and holders that are real workflows. */
export interface LeaseWorld {
  readonly client: Client;
  holder(name: string): Promise<TestHolder>;
  /** Asks the lease in the name of a holder that need not exist. */
  acquireAs(holder: Holder, cluster: string, scopes: readonly string[]): Promise<AcquireAnswer>;
  close(): Promise<void>;
}

export interface TestHolder {
  readonly identity: Holder;
  acquire(cluster: string, scopes: readonly string[]): Promise<AcquireAnswer>;
  release(cluster: string): Promise<void>;
  end(): Promise<void>;
  terminate(): Promise<void>;
}

export async function startLeaseWorld(address: string): Promise<LeaseWorld> {
  const taskQueue = `lease-${randomUUID()}`;
  const native = await NativeConnection.connect({ address });
  const connection = await Connection.connect({ address });
  const client = new Client({ connection });
  const leases = createLeaseClient({ client, taskQueue, signal: () => Context.current().cancellationSignal });
  const direct = createLeaseClient({ client, taskQueue, signal: () => new AbortController().signal });
  const worker = await Worker.create({
    connection: native,
    taskQueue,
    workflowBundle: await bundleWorkflowCode({
      workflowsPath: new URL('./holder-workflow.ts', import.meta.url).pathname,
    }),
    activities: createCoordinationActivities({ leases }),
    interceptors: { activity: [heartbeatInterceptor, failureInterceptor] },
  });
  const running = worker.run();
  return {
    client,
    acquireAs: (holder, cluster, scopes) => direct.acquire(cluster, { holder, scopes }, randomUUID()),
    async holder(name) {
      const workflowId = `holder/${name}/${randomUUID()}`;
      const handle = await client.workflow.start<typeof holdScopes>('holdScopes', { workflowId, taskQueue });
      return {
        identity: { workflowId, recoveryId: handle.firstExecutionRunId },
        acquire: (cluster, scopes) => handle.executeUpdate(acquireFor, { args: [{ cluster, scopes }] }),
        release: (cluster) => handle.executeUpdate(releaseFor, { args: [cluster] }),
        end: async () => {
          await handle.signal(endHolder);
          await handle.result();
        },
        terminate: async () => {
          await handle.terminate('by the test');
        },
      };
    },
    async close() {
      worker.shutdown();
      await running;
      await connection.close();
      await native.close();
    },
  };
}
