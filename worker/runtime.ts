import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import { type Logger, temporalLogger } from './logger.ts';

/**
 * Sets up the process for workers; once, before the first connection. SIGTERM and SIGINT then shut every worker of the process
 * down gracefully. `metricsAddress` (`host:port`) answers Prometheus at `/metrics`.
 */
export function installRuntime(logger: Logger, metricsAddress: string | null): void {
  Runtime.install({
    logger: temporalLogger(logger),
    shutdownSignals: ['SIGTERM', 'SIGINT'],
    telemetryOptions: {
      logging: { forward: {}, filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }) },
      ...(metricsAddress !== null && {
        metrics: {
          prometheus: { bindAddress: metricsAddress, countersTotalSuffix: true, useSecondsForDurations: true },
        },
      }),
    },
  });
}
