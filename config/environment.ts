import { homedir, hostname, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Everything that Rekindle itself reads from the environment. Nothing else in the product touches `process.env`; the AWS SDK and
 * the Kubernetes client read their own standard variables (AWS_*, KUBECONFIG).
 */
export interface Environment {
  /** Path of the inventory: REKINDLE_CONFIG, else `rekindle.yaml` in the working folder. Absolute. */
  readonly inventoryPath: string;
  /** TEMPORAL_ADDRESS: wins over the inventory. */
  readonly temporalAddress: string | null;
  /** TEMPORAL_NAMESPACE: wins over the inventory. */
  readonly temporalNamespace: string | null;
  /** REKINDLE_CODEC_KEYS: wins over `codec.keyFile`. Absolute. */
  readonly codecKeyFile: string | null;
  /** REKINDLE_UI_URL: address of the Temporal UI, for links. */
  readonly uiUrl: string | null;
  /** REKINDLE_METRICS_ADDRESS: `host:port` where the worker answers Prometheus; unset means no metrics endpoint. */
  readonly metricsAddress: string | null;
  /** REKINDLE_HEALTH_ADDRESS: `host:port` where the worker answers `/healthz` and `/readyz`; unset means none. */
  readonly healthAddress: string | null;
  /** REKINDLE_LOG_LEVEL; default info. */
  readonly logLevel: LogLevel;
  /** REKINDLE_ACTOR, else user@host: who acts, for decisions made at the command line. */
  readonly actor: string;
  /** Folder for what can be made again (workflow bundles): `$XDG_CACHE_HOME/rekindle` or `~/.cache/rekindle`. */
  readonly cacheFolder: string;
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A variable that is set to something unusable. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** Reads the environment once. Throws EnvironmentError that names the variable, what it holds and what it may hold. */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const value = (name: string): string | null => {
    const text = variables[name]?.trim();
    return text === undefined || text === '' ? null : text;
  };
  const address = (name: string): string | null => {
    const text = value(name);
    if (text !== null && !/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(text)) {
      throw new EnvironmentError(`${name}: got ${JSON.stringify(text)}, expected host:port, such as 127.0.0.1:7233.`);
    }
    return text;
  };
  const codecKeyFile = value('REKINDLE_CODEC_KEYS');
  return {
    inventoryPath: resolve(value('REKINDLE_CONFIG') ?? 'rekindle.yaml'),
    temporalAddress: address('TEMPORAL_ADDRESS'),
    temporalNamespace: value('TEMPORAL_NAMESPACE'),
    codecKeyFile: codecKeyFile === null ? null : resolve(codecKeyFile),
    uiUrl: url('REKINDLE_UI_URL', value('REKINDLE_UI_URL')),
    metricsAddress: address('REKINDLE_METRICS_ADDRESS'),
    healthAddress: address('REKINDLE_HEALTH_ADDRESS'),
    logLevel: logLevel(value('REKINDLE_LOG_LEVEL')),
    actor: value('REKINDLE_ACTOR') ?? `${value('USER') ?? userName()}@${hostname()}`,
    cacheFolder: join(value('XDG_CACHE_HOME') ?? join(value('HOME') ?? homedir(), '.cache'), 'rekindle'),
  };
}

function logLevel(text: string | null): LogLevel {
  if (text === null) return 'info';
  const known = logLevels.find((level) => level === text.toLowerCase());
  if (known === undefined) {
    throw new EnvironmentError(
      `REKINDLE_LOG_LEVEL: got ${JSON.stringify(text)}, expected one of ${logLevels.join(', ')}.`,
    );
  }
  return known;
}

function url(name: string, text: string | null): string | null {
  if (text !== null && !URL.canParse(text)) {
    throw new EnvironmentError(`${name}: got ${JSON.stringify(text)}, expected a URL, such as http://127.0.0.1:8233.`);
  }
  return text;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'unknown'; // a container's user without an entry in /etc/passwd
  }
}
