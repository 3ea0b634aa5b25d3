import { type ActivityInterceptorsFactory, Worker } from '@temporalio/worker';
import type { Settings } from '../config/settings.ts';
import type { TemporalClient } from '../temporal/client.ts';
import { createDataConverter } from '../temporal/data-converter.ts';
import { ensureSearchAttributes } from '../temporal/ensure-search-attributes.ts';
import { connect } from './connect.ts';
import { failureInterceptor } from './interceptors/failure.ts';
import { heartbeatInterceptor } from './interceptors/heartbeat.ts';
import type { Logger } from './logger.ts';
import { workflowBundle } from './workflow-bundle.ts';

export interface OrchestratorOptions {
  readonly settings: Settings;
  readonly logger: Logger;
  /** Makes the activities once Temporal is reached. `worker/wiring.ts` has the real ones. */
  readonly activities: (settings: Settings, temporal: TemporalClient) => object;
  /** Run innermost, around the activity itself: before and after its effect. */
  readonly interceptors?: readonly ActivityInterceptorsFactory[];
  /** Module of workflows; default: those of Rekindle. */
  readonly workflowsPath?: string;
  /** Gives up waiting for Temporal. */
  readonly signal?: AbortSignal;
}

export interface Orchestrator {
  readonly worker: Worker;
  readonly temporal: TemporalClient;
  /** Works until the shutdown is complete, then closes its connections. */
  run(): Promise<void>;
  /** Asks for the end; running activities get the grace time to finish. */
  shutdown(): void;
}

/** Running activities are not cancelled for so long after SIGTERM; then they are, and have a quarter more to end. */
const shutdownGraceTime = '60 seconds';
const shutdownForceTime = '75 seconds';

/** The worker of the recoveries: workflows and all activities but those of the control-plane hosts. */
export async function createOrchestrator(options: OrchestratorOptions): Promise<Orchestrator> {
  const { settings, logger } = options;
  const { namespace, taskQueue, address } = settings.inventory.temporal;
  const dataConverter = createDataConverter(settings.codecKeyFile);
  const [bundle, connections] = await Promise.all([
    workflowBundle({
      cacheFolder: settings.environment.cacheFolder,
      ...(options.workflowsPath === undefined ? {} : { workflowsPath: options.workflowsPath }),
    }),
    connect(settings, logger, options.signal),
  ]);
  const { native, temporal } = connections;
  const added = await ensureSearchAttributes(temporal.connection, namespace);
  if (added.length > 0) logger.info({ added }, 'search attributes added to the namespace');
  if (settings.codecKeyFile === null) logger.warn('no codec keys: Temporal stores inputs and results readable');
  const worker = await Worker.create({
    connection: native,
    namespace,
    taskQueue,
    dataConverter,
    workflowBundle: { codePath: bundle.codePath },
    activities: options.activities(settings, temporal),
    interceptors: { activity: [heartbeatInterceptor, failureInterceptor, ...(options.interceptors ?? [])] },
    // A killed worker's sticky queue holds the next workflow task for so long.
    stickyQueueScheduleToStartTimeout: '2 seconds',
    maxHeartbeatThrottleInterval: '1 second',
    shutdownGraceTime,
    shutdownForceTime,
    // Waits poll inside activities and cost little, and a zone that is lost makes hundreds of them at once.
    maxConcurrentActivityTaskExecutions: 400,
    maxConcurrentWorkflowTaskExecutions: 40,
    maxCachedWorkflows: 600,
  });
  logger.info({ address, namespace, taskQueue, bundleCached: bundle.cached }, 'worker ready');
  return {
    worker,
    temporal,
    run: async () => {
      try {
        await worker.run();
      } finally {
        await temporal.close();
        await native.close();
      }
    },
    shutdown: () => worker.shutdown(),
  };
}
