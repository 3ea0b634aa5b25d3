/**
 * `rekindle worker` with one more interceptor: the program of the workers that the crash matrix kills. Its argument is a CrashOrder
 * as JSON, or nothing. It ends when its standard input does, so that none outlives the run that started it.
 */
import { loadSettings } from '../../config/settings.ts';
import { connectClient, type TemporalClient } from '../../temporal/client.ts';
import { runWorker } from '../../worker/main.ts';
import { crashInterceptor } from './crash-interceptor.ts';
import type { CrashOrder } from './crash-order.ts';

process.stdin.resume().once('close', () => process.kill(process.pid, 'SIGKILL'));

const settings = loadSettings();
const [text] = process.argv.slice(2);
let connected: Promise<TemporalClient> | undefined;
const connect = async () => {
  connected ??= connectClient(settings);
  return (await connected).client;
};
if (text === undefined) {
  await runWorker(settings);
} else {
  const order = JSON.parse(text) as CrashOrder;
  await connect();
  await runWorker(settings, { interceptors: [crashInterceptor(order, connect)] });
}
