import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';
import type { Settings } from '../config/settings.ts';
import { connectClient, type TemporalClient } from '../temporal/client.ts';
import { connectionOptions } from '../temporal/connection-options.ts';
import type { Logger } from './logger.ts';

export interface TemporalConnections {
  readonly native: NativeConnection;
  readonly temporal: TemporalClient;
}

const firstPauseMs = 250;
const longestPauseMs = 5_000;
const connectTimeoutMs = 3_000;

/**
 * Connects, and goes on trying until Temporal answers: a worker that starts before it, or during its restart, only waits.
 * Rejects when `signal` is aborted.
 */
export async function connect(settings: Settings, logger: Logger, signal?: AbortSignal): Promise<TemporalConnections> {
  const { address, namespace } = settings.inventory.temporal;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * 2, longestPauseMs)) {
    signal?.throwIfAborted();
    try {
      const temporal = await connectClient(settings, connectTimeoutMs);
      try {
        await temporal.connection.workflowService.describeNamespace({ namespace });
        const native = await NativeConnection.connect(connectionOptions(settings.inventory.temporal));
        return { native, temporal };
      } catch (error) {
        await temporal.close();
        throw error;
      }
    } catch (error) {
      const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      logger.warn({ address, namespace, reason }, `Temporal is not ready; trying again in ${pause / 1000} s`);
      await sleep(pause, undefined, signal === undefined ? {} : { signal });
    }
  }
}
