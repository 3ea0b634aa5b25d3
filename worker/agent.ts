import { Worker } from '@temporalio/worker';
import { createHostActivities } from '../activities/hosts/activities.ts';
import { awsObjectStores } from '../activities/objects/client.ts';
import { childEnvironment, loadAgentSettings } from '../config/agent.ts';
import { loadSettings, type Settings } from '../config/settings.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { connect } from './connect.ts';
import { failureInterceptor } from './interceptors/failure.ts';
import { heartbeatInterceptor } from './interceptors/heartbeat.ts';
import { createLogger } from './logger.ts';
import type { WorkerOverrides } from './main.ts';
import { installRuntime } from './runtime.ts';
import { sealingKey } from './sealing-key.ts';

/** The queue on which only this host's agent listens. */
export function hostTaskQueue(cluster: string, host: string): string {
  return `host/${cluster}/${host}`;
}

/**
 * `rekindle agent`: the worker of one control-plane host. It runs no workflow and knows no activity but those of a host. Runs until
 * SIGTERM or SIGINT. `file` is `agent.yaml`. Throws ConfigError, EnvironmentError or RekindleError when it cannot start.
 */
export async function runAgent(
  file: string,
  settings: Settings = loadSettings(),
  overrides: Pick<WorkerOverrides, 'interceptors'> = {},
): Promise<void> {
  const agent = loadAgentSettings(file);
  const logger = createLogger(settings.environment.logLevel);
  installRuntime(logger, settings.environment.metricsAddress);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted before Temporal was reached'));
  process.once('SIGTERM', interrupt).once('SIGINT', interrupt);
  const { native, temporal } = await connect(settings, logger, interrupted.signal);
  await temporal.close();
  const taskQueue = hostTaskQueue(agent.cluster, agent.host);
  const worker = await Worker.create({
    connection: native,
    namespace: settings.inventory.temporal.namespace,
    taskQueue,
    dataConverter: createDataConverter(settings.codecKeyFile),
    activities: createHostActivities({
      settings: agent,
      environment: childEnvironment(),
      stores: awsObjectStores({ forcePathStyle: settings.inventory.aws.s3ForcePathStyle }),
      sealing: sealingKey(settings.codecKeyFile),
    }),
    interceptors: { activity: [heartbeatInterceptor, failureInterceptor, ...(overrides.interceptors ?? [])] },
    maxHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime: '60 seconds',
    maxConcurrentActivityTaskExecutions: 8,
  });
  logger.info({ taskQueue }, 'agent ready');
  try {
    await worker.run();
  } finally {
    await native.close();
  }
}
