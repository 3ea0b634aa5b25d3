/**
 * `rekindle worker` with one more interceptor: the program of the workers that the crash matrix kills. Its argument is a CrashOrder
 * or a StormOrder as JSON, or nothing. After it the path of an `agent.yaml` makes it a `rekindle agent`. It ends when its standard
 * input does, so that none outlives the run that started it.
 */
import { loadSettings } from '../../config/settings.ts';
import { waitFor } from '../../sandbox/processes/wait-for.ts';
import { connectClient, type TemporalClient } from '../../temporal/client.ts';
import { runAgent } from '../../worker/agent.ts';
import { runWorker } from '../../worker/main.ts';
import { crashInterceptor } from './crash-interceptor.ts';
import type { CrashOrder } from './crash-order.ts';
import { type StormOrder, stormInterceptor } from './storms/storm-interceptor.ts';

process.stdin.resume().once('close', () => process.kill(process.pid, 'SIGKILL'));

const settings = loadSettings();
const [text = 'null', agentFile] = process.argv.slice(2);
let connected: Promise<TemporalClient> | undefined;
const connect = async () => {
  // A busy machine may need longer than one attempt to connect.
  connected ??= waitFor('Temporal', () => connectClient(settings), { timeoutMs: 120_000, intervalMs: 250 });
  return (await connected).client;
};
const order = JSON.parse(text) as CrashOrder | StormOrder | null;
if (order !== null) await connect();
const interceptors =
  order === null ? [] : ['deaths' in order ? stormInterceptor(order, connect) : crashInterceptor(order, connect)];
if (agentFile === undefined) await runWorker(settings, { interceptors });
else await runAgent(agentFile, settings, { interceptors });
