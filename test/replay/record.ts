/**
 * `npx tsx test/replay/record.ts <sandbox directory>`: records the histories that `histories.workflow.test.ts` replays, on a sandbox
 * that is up. Run it when a workflow has changed on purpose, and say in the changelog that runs under way must end on old workers.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { openSandbox, type Sandbox } from '../../sandbox/sandbox.ts';
import { openCluster } from '../../sandbox/seed/cluster-access.ts';
import type { Situation } from '../matrix/scenario-matrix.ts';
import { openNamespace } from '../matrix/temporal-namespace.ts';
import { volumeRebindMatrix } from '../matrix/volume-rebind.ts';
import { startWorkerProcess } from '../matrix/worker-process.ts';
import { testKey } from './test-keys.ts';

/** Name of the recording, and the situation of the matrix that it is made of. */
const recordings = {
  'volume-rebind-recovered': 'volume-deleted',
  'volume-rebind-cancelled': 'cancelled-late',
} as const;

const { History } = proto.temporal.api.history.v1;
const folder = fileURLToPath(new URL('./histories', import.meta.url));

async function record(sandbox: Sandbox, keyFile: string): Promise<void> {
  const withTestKey: Sandbox = Object.create(sandbox, {
    env: { value: { ...sandbox.env, REKINDLE_CODEC_KEYS: keyFile } },
  });
  const access = await openCluster(sandbox.context);
  const stamp = Date.now().toString(36);
  const temporal = await openNamespace(withTestKey, `record-${stamp}`);
  for (const [name, situationName] of Object.entries(recordings)) {
    const situation: Situation = volumeRebindMatrix.situations[situationName];
    const world = `${name}-${stamp}`.slice(0, 60);
    const workflowId = situation.workflowId(world);
    const log = join(sandbox.dir, 'logs', `record-${name}.log`);
    const order = { workflowId, activity: '(none)', point: 'before', call: 1, marker: '', cancelIn: null } as const;
    const { cancelledIn = null } = situation;
    const worker = await startWorkerProcess(temporal.env, log, { ...order, cancelIn: cancelledIn });
    const broken = await situation.prepare({ sandbox, access, temporal }, world);
    const { taskQueue } = temporal.settings.inventory.temporal;
    const handle = await temporal.client.workflow.start(volumeRebindMatrix.workflowType, {
      workflowId,
      taskQueue,
      args: [broken.input],
    });
    const problems = await broken.problems(await handle.result(), handle.firstExecutionRunId);
    if (problems.length > 0) throw new Error(`${name}: ${problems.join('; ')}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.binpb`), History.encode(await handle.fetchHistory()).finish());
    console.log(`${name}: recorded`);
    await worker.kill();
    broken.remove().catch(() => {});
  }
  await temporal.close();
}

const [dir] = process.argv.slice(2);
if (dir === undefined) throw new Error('name the directory of a sandbox that is up');
const keys = mkdtempSync(join(tmpdir(), 'rekindle-record-'));
try {
  const keyFile = join(keys, 'codec-keys.json');
  writeFileSync(keyFile, JSON.stringify({ keys: [testKey] }), { mode: 0o600 });
  await record(openSandbox(dir), keyFile);
} finally {
  rmSync(keys, { recursive: true, force: true });
}
process.exit(0);
