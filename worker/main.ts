import { loadSettings, type Settings } from '../config/settings.ts';
import { startHealthServer } from './health.ts';
import { createLogger } from './logger.ts';
import { createOrchestrator, type OrchestratorOptions } from './orchestrator.ts';
import { installRuntime } from './runtime.ts';
import { createAllActivities } from './wiring.ts';

/** Overrides of a test harness; the command line gives none. */
export type WorkerOverrides = Partial<Pick<OrchestratorOptions, 'activities' | 'interceptors'>>;

/**
 * `rekindle worker`: runs until SIGTERM or SIGINT, then lets running activities finish. Throws ConfigError, EnvironmentError or
 * RekindleError when it cannot start.
 */
export async function runWorker(settings: Settings = loadSettings(), overrides: WorkerOverrides = {}): Promise<void> {
  const { environment } = settings;
  const logger = createLogger(environment.logLevel);
  installRuntime(logger, environment.metricsAddress);
  const interrupted = new AbortController();
  const interrupt = () => interrupted.abort(new Error('interrupted before Temporal was reached'));
  process.once('SIGTERM', interrupt).once('SIGINT', interrupt);
  const orchestrator = await createOrchestrator({
    settings,
    logger,
    activities: createAllActivities,
    signal: interrupted.signal,
    ...overrides,
  });
  const health =
    environment.healthAddress === null
      ? null
      : await startHealthServer(environment.healthAddress, () => orchestrator.worker.getState() === 'RUNNING');
  try {
    await orchestrator.run();
  } finally {
    health?.close();
  }
}
