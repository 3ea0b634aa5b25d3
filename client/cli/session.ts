import { loadSettings, type Settings } from '../../config/settings.ts';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { connectClient } from '../../temporal/client.ts';
import { ClientError } from '../client-error.ts';
import { Recoveries } from '../recoveries.ts';
import { Schedules } from '../schedules/schedules.ts';

export interface Session {
  readonly settings: Settings;
  readonly recoveries: Recoveries;
  readonly schedules: Schedules;
}

/** Connects, does `work`, and closes the connection whatever came of it. */
export async function withSession<T>(work: (session: Session) => Promise<T>, given?: Settings): Promise<T> {
  const settings = given ?? loadSettings();
  const { temporal } = settings.inventory;
  const connected = await connectClient(settings).catch((cause: unknown) => {
    throw cause instanceof RekindleError ? cause : unconnected(temporal.address, cause as NodeJS.ErrnoException);
  });
  try {
    return await work({
      settings,
      recoveries: new Recoveries(connected.client, temporal),
      schedules: new Schedules(connected.client, temporal),
    });
  } finally {
    await connected.close();
  }
}

function unconnected(address: string, cause: NodeJS.ErrnoException): ClientError {
  // The files that the connection needs are read before anything is sent.
  if (cause.syscall === 'open' || cause.syscall === 'read') {
    const message = `a file that temporal.tls or temporal.apiKeyFile of the inventory names: ${cause.message}. Correct the path.`;
    return new ClientError('not-allowed', message, { cause });
  }
  const message =
    `Temporal does not answer at ${address}: ${cause.message}. ` +
    'Start it (`npm run sandbox -- up` for the sandbox) or set TEMPORAL_ADDRESS; `rekindle doctor` shows more.';
  return new ClientError('unreachable', message, { cause });
}
