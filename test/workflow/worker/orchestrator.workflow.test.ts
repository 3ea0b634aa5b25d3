import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { reportDetail } from '../../../activities/report.ts';
import { readEnvironment } from '../../../config/environment.ts';
import { parseInventory } from '../../../config/load.ts';
import type { Settings } from '../../../config/settings.ts';
import { RekindleError } from '../../../errors/rekindle-error.ts';
import { missingSearchAttributes } from '../../../temporal/ensure-search-attributes.ts';
import { createOrchestrator, type Orchestrator } from '../../../worker/orchestrator.ts';
import type { callActivity } from './call-activity.ts';
import { LateDoor } from './late-door.ts';
import { MemoryLog } from './memory-log.ts';

const address = inject('temporalAddress');
const workflowsPath = new URL('./call-activity.ts', import.meta.url).pathname;
let folder: string;
let plainConnection: Connection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rekindle-orchestrator-'));
  const keys = { keys: [{ id: 'k1', key: randomBytes(32).toString('base64') }] };
  await writeFile(join(folder, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
  plainConnection = await Connection.connect({ address });
});
afterAll(async () => {
  await plainConnection?.close();
  await rm(folder, { recursive: true });
});

function settingsFor(overrides: { address?: string; namespace?: string } = {}): Settings {
  const inventory = parseInventory(
    '{version: 1, clusters: {c: {kind: eks, context: c, region: us-east-1, buckets: {artefacts: abc}}}}',
    'rekindle.yaml',
  );
  const temporal = { address, namespace: 'default', taskQueue: `orchestrator-${randomUUID()}`, ...overrides };
  return {
    environment: { ...readEnvironment({}), cacheFolder: folder },
    inventory: { ...inventory, temporal },
    codecKeyFile: join(folder, 'keys.json'),
  };
}

async function withOrchestrator<T>(
  act: () => Promise<unknown>,
  body: (orchestrator: Orchestrator, start: () => Promise<Handle>) => Promise<T>,
): Promise<T> {
  const settings = settingsFor();
  const orchestrator = await createOrchestrator({
    settings,
    logger: new MemoryLog().logger,
    activities: () => ({ act }),
    workflowsPath,
  });
  const running = orchestrator.run();
  const start = () =>
    orchestrator.temporal.client.workflow.start<typeof callActivity>('callActivity', {
      taskQueue: settings.inventory.temporal.taskQueue,
      workflowId: `call/${randomUUID()}`,
      args: ['what nobody may read'],
    });
  try {
    return await body(orchestrator, start);
  } finally {
    if (orchestrator.worker.getState() === 'RUNNING') orchestrator.shutdown();
    await running;
  }
}

/** Everything that is written in a history, with the bytes of payloads as text beside their base64. */
function readable(history: unknown): string {
  const strings: string[] = [];
  JSON.stringify(history, (_key, value) => {
    if (typeof value === 'string') strings.push(value, Buffer.from(value, 'base64').toString('latin1'));
    return value;
  });
  return strings.join('\n');
}

type Handle = Awaited<ReturnType<Client['workflow']['start']>>;

async function until<T>(probe: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('the orchestrator', () => {
  it('stores nothing readable: not the input, not the result, not the message of a failure', async () => {
    const failure = new RekindleError('forbidden', 'a message nobody may read', { details: { name: 'hidden detail' } });
    await withOrchestrator(
      () => Promise.reject(failure),
      async (_orchestrator, start) => {
        const handle = await start();
        await expect(handle.result()).rejects.toMatchObject({ cause: { cause: { type: 'forbidden' } } });
        const plain = new Client({ connection: plainConnection });
        const history = readable(await plain.workflow.getHandle(handle.workflowId).fetchHistory());
        expect(history).toContain('binary/encrypted');
        for (const hidden of ['nobody may read', 'hidden detail']) expect(history).not.toContain(hidden);
      },
    );
  });

  it('makes of a RekindleError a failure with its code, once, and retries it only if it may succeed later', async () => {
    let calls = 0;
    const act = async () => {
      calls += 1;
      if (calls === 1) throw new RekindleError('throttled', 'slow down');
      throw new RekindleError('not-found', 'volume vol-1 is gone', { details: { volume: 'vol-1' } });
    };
    const error = await withOrchestrator(act, async (_orchestrator, start) =>
      (await start()).result().then(
        () => null,
        (reason: { cause: { cause: unknown } }) => reason.cause.cause,
      ),
    );
    expect(calls).toBe(2);
    expect(error).toBeInstanceOf(ApplicationFailure);
    expect(error).toMatchObject({ type: 'not-found', message: 'volume vol-1 is gone', details: [{ volume: 'vol-1' }] });
  });

  it('heartbeats for an activity that is silent for longer than its heartbeat time-out, and keeps what it reported', async () => {
    let release = () => {};
    const seen = new Promise<void>((resolve) => {
      release = resolve;
    });
    const act = async () => {
      reportDetail('waiting for the volume');
      await seen;
      return 'done';
    };
    await withOrchestrator(act, async ({ temporal }, start) => {
      const handle = await start();
      const beat = await until(async () => {
        const { raw } = await temporal.client.workflow.getHandle(handle.workflowId).describe();
        const [pending] = raw.pendingActivities ?? [];
        const since = Number(pending?.lastHeartbeatTime?.seconds ?? 0) - Number(pending?.lastStartedTime?.seconds ?? 0);
        return since > 3 ? pending : undefined;
      });
      release();
      const codecs = temporal.client.options.loadedDataConverter;
      const [detail] = (await codecs.payloadCodecs[0]?.decode(beat.heartbeatDetails?.payloads ?? [])) ?? [];
      expect(detail && codecs.payloadConverter.fromPayload(detail)).toBe('waiting for the volume');
      expect(await handle.result()).toBe('done');
      expect(beat.attempt).toBe(1);
    });
  });

  it('brings a cancellation to an activity that only listens to its signal', async () => {
    const act = () =>
      new Promise((_resolve, reject) => {
        const { cancellationSignal: signal } = Context.current();
        signal.addEventListener('abort', () => reject(Object.assign(new Error('aborted'), { name: 'AbortError' })));
      });
    await withOrchestrator(act, async (_orchestrator, start) => {
      const handle = await start();
      await until(async () => ((await handle.describe()).raw.pendingActivities?.length ? true : undefined));
      await handle.cancel();
      await expect(handle.result()).rejects.toMatchObject({ cause: { name: 'CancelledFailure' } });
    });
  });

  it('lets a running activity finish when it is shut down', async () => {
    let finish: () => void = () => {};
    const finished = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let begun: () => void = () => {};
    const running = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const act = async () => {
      begun();
      await finished;
      return 'finished in the grace time';
    };
    await withOrchestrator(act, async ({ worker, shutdown }, start) => {
      const handle = await start();
      await running;
      shutdown();
      expect(worker.getState()).not.toBe('STOPPED');
      finish();
      const completed = await until(async () => {
        const plain = new Client({ connection: plainConnection });
        const { events } = await plain.workflow.getHandle(handle.workflowId).fetchHistory();
        return events?.find((event) => event.activityTaskCompletedEventAttributes);
      });
      expect(completed).toBeDefined();
    });
  });

  it('waits for a Temporal that is not there yet, and says so', async () => {
    const door = await LateDoor.reserve(address);
    const log = new MemoryLog();
    const settings = settingsFor({ address: door.address });
    const creating = createOrchestrator({ settings, logger: log.logger, activities: () => ({}), workflowsPath });
    await until(async () => log.lines.find(({ msg }) => msg.startsWith('Temporal is not ready')));
    door.open();
    const orchestrator = await creating;
    const running = orchestrator.run();
    orchestrator.shutdown();
    await running;
    await door.close();
    expect(log.lines.at(-1)).toMatchObject({ msg: 'worker ready', address: door.address });
  });

  it('gives up waiting when it is told to end', async () => {
    const door = await LateDoor.reserve(address);
    const interrupted = new AbortController();
    const log = new MemoryLog();
    const settings = settingsFor({ address: door.address });
    const { signal } = interrupted;
    const creating = createOrchestrator({
      settings,
      logger: log.logger,
      activities: () => ({}),
      workflowsPath,
      signal,
    });
    const outcome = creating.then(
      () => 'connected',
      () => 'gave up',
    );
    await until(async () => log.lines.find(({ msg }) => msg.startsWith('Temporal is not ready')));
    interrupted.abort();
    expect(await outcome).toBe('gave up');
    await door.close();
  });

  it('adds the search attributes that a namespace lacks', async () => {
    const namespace = `fresh-${randomUUID().slice(0, 8)}`;
    const retention = { seconds: 86_400 as never };
    await plainConnection.workflowService.registerNamespace({ namespace, workflowExecutionRetentionPeriod: retention });
    expect((await missingSearchAttributes(plainConnection, namespace)).length).toBeGreaterThan(0);
    const log = new MemoryLog();
    const orchestrator = await createOrchestrator({
      settings: settingsFor({ namespace }),
      logger: log.logger,
      activities: () => ({}),
      workflowsPath,
    });
    expect(await missingSearchAttributes(plainConnection, namespace)).toEqual([]);
    const running = orchestrator.run();
    orchestrator.shutdown();
    await running;
  });

  it('bundles the workflows once: the next worker takes the file', async () => {
    const log = new MemoryLog();
    const orchestrator = await createOrchestrator({
      settings: settingsFor(),
      logger: log.logger,
      activities: () => ({}),
      workflowsPath,
    });
    expect(log.lines.find(({ msg }) => msg === 'worker ready')).toMatchObject({ bundleCached: true });
    const running = orchestrator.run();
    orchestrator.shutdown();
    await running;
  });
});
