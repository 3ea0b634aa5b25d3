import { DefaultLogger, type LogLevel as TemporalLevel, type Logger as TemporalLogger } from '@temporalio/worker';
import { type Logger, pino } from 'pino';
import type { LogLevel } from '../config/environment.ts';

export type { Logger };

/** JSON lines on standard error, so that standard output stays free. Fields that may hold a secret are never written. */
export function createLogger(level: LogLevel): Logger {
  const secrets = ['password', 'token', 'apiKey', 'secret', 'authorization', 'data', 'body'];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '(hidden)' },
      serializers: { error: describeError, err: describeError },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

/** What the SDK logs, as ours. Its `trace` carries whole activations and stays out. */
export function temporalLogger(logger: Logger): TemporalLogger {
  const write = (level: TemporalLevel, message: string, meta?: Record<string | symbol, unknown>) => {
    if (level === 'TRACE') return;
    logger[levels[level]](meta ?? {}, message);
  };
  return new DefaultLogger('DEBUG', (entry) => write(entry.level, entry.message, entry.meta));
}

const levels = { DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Name, code, first line and causes of an error; its other properties may quote requests and answers. */
export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? error.split('\n')[0] : typeof error;
  const { type, code, cause, stack } = error as Error & { type?: unknown; code?: unknown };
  return {
    name: error.name,
    message: error.message.split('\n')[0]?.slice(0, 500),
    ...(typeof type === 'string' && { type }),
    ...((typeof code === 'string' || typeof code === 'number') && { code }),
    ...(cause !== undefined && { cause: describeError(cause) }),
    at: stack
      ?.split('\n')
      .find((line) => /^\s+at /.test(line))
      ?.trim(),
  };
}
