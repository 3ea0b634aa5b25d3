import { loadSettings, type Settings } from '../../config/settings.ts';
import { connectClient } from '../../temporal/client.ts';
import { Recoveries } from '../recoveries.ts';
import { UsageError } from './usage-error.ts';

export interface Session {
  readonly settings: Settings;
  readonly recoveries: Recoveries;
}

/** Connects, does `work`, and closes the connection whatever came of it. */
export async function withSession<T>(work: (session: Session) => Promise<T>): Promise<T> {
  const settings = loadSettings();
  const { temporal } = settings.inventory;
  const connected = await connectClient(settings).catch((cause: unknown) => {
    throw new UsageError(
      `Temporal does not answer at ${temporal.address}: ${(cause as Error).message}. ` +
        'Start it (`npm run sandbox -- up` for the sandbox) or set TEMPORAL_ADDRESS; `rekindle doctor` shows more.',
    );
  });
  try {
    return await work({ settings, recoveries: new Recoveries(connected.client, temporal.taskQueue) });
  } finally {
    await connected.close();
  }
}
