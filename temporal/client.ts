import { Client, Connection } from '@temporalio/client';
import type { Settings } from '../config/settings.ts';
import { connectionOptions } from './connection-options.ts';
import { createDataConverter } from './data-converter.ts';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  close(): Promise<void>;
}

/** A client that reads and writes what the worker does. Fails when Temporal does not answer within `timeoutMs`. */
export async function connectClient(settings: Settings, timeoutMs = 10_000): Promise<TemporalClient> {
  const { temporal } = settings.inventory;
  // Before the connection, which nobody would close if the keys cannot be used.
  const dataConverter = createDataConverter(settings.codecKeyFile);
  const connection = await Connection.connect({ ...connectionOptions(temporal), connectTimeout: timeoutMs });
  const client = new Client({
    connection,
    namespace: temporal.namespace,
    dataConverter,
  });
  return { client, connection, close: () => connection.close() };
}
