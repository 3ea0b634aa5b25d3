import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import proto from '@temporalio/proto';
import { Worker } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowBundle } from '../../worker/workflow-bundle.ts';
import { testDataConverter } from './test-keys.ts';

const folder = fileURLToPath(new URL('./histories', import.meta.url));
const names = readdirSync(folder).map((file) => file.replace(/\.binpb$/, ''));
const cacheFolder = mkdtempSync(join(tmpdir(), 'rekindle-replay-'));
let codePath: string;

beforeAll(async () => {
  ({ codePath } = await workflowBundle({ cacheFolder }));
});

afterAll(() => rmSync(cacheFolder, { recursive: true, force: true }));

/** As the server sent it: protobuf, its payloads encrypted with the test key. */
function recorded(name: string) {
  return proto.temporal.api.history.v1.History.decode(readFileSync(join(folder, `${name}.binpb`)));
}

type RecordedHistory = ReturnType<typeof recorded>;

async function replay(history: RecordedHistory): Promise<Error | undefined> {
  const options = { workflowBundle: { codePath }, dataConverter: testDataConverter, maxCachedWorkflows: 0 };
  for await (const { error } of Worker.runReplayHistories(options, [{ workflowId: 'recorded', history }])) return error;
  throw new Error('nothing was replayed');
}

describe('the workflows of today go on with', () => {
  it.each(names)('the recorded run %s', async (name) => {
    expect(await replay(recorded(name))).toBeUndefined();
  });
});

it('a workflow that would call another activity than the recorded one is found', async () => {
  const history = recorded('volume-rebind-recovered');
  const scheduled = history.events.filter((event) => event.activityTaskScheduledEventAttributes);
  const changed = scheduled[2]?.activityTaskScheduledEventAttributes;
  if (!changed?.activityType) throw new Error('the recording holds no activity');
  changed.activityType.name = 'anotherActivity';
  expect(await replay(history)).toBeInstanceOf(DeterminismViolationError);
});
