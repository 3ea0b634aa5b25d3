import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { createDataConverter, failureConverterPath } from '../../../temporal/data-converter.ts';
import { heartbeatInterceptor } from '../../../worker/interceptors/heartbeat.ts';
import { progressQuery } from '../../../workflows/recovery/messages.ts';
import type { Progress } from '../../../workflows/recovery/progress.ts';
import { type Ran, runRekindle } from '../../sandbox/cli/run-rekindle.ts';
import { LadderWorld } from '../engine/ladder-run.ts';

let bundle: Promise<WorkflowBundleWithSourceMap> | undefined;

/** The command line against a real Temporal with encrypted payloads; its worker comes and goes as the test says. */
export class CliWorld {
  readonly ladder = new LadderWorld();
  readonly namespace = `n-${randomBytes(3).toString('hex')}`;
  readonly workflowId = `volume-rebind/prod/${this.namespace}/data-db-0`;
  readonly input = JSON.stringify({ namespace: this.namespace, pvc: 'data-db-0' });
  readonly client: Client;
  readonly taskQueue = `cli-${randomUUID()}`;
  readonly #folder: string;
  readonly #connection: Connection;
  readonly #native: NativeConnection;
  readonly #environment: Record<string, string>;
  #stop: (() => Promise<void>) | null = null;

  private constructor(folder: string, address: string, connection: Connection, native: NativeConnection) {
    this.#folder = folder;
    this.#connection = connection;
    this.#native = native;
    this.client = new Client({ connection, dataConverter: createDataConverter(join(folder, 'keys.json')) });
    this.#environment = {
      REKINDLE_CONFIG: join(folder, 'rekindle.yaml'),
      REKINDLE_CODEC_KEYS: join(folder, 'keys.json'),
      TEMPORAL_ADDRESS: address,
      TEMPORAL_NAMESPACE: 'default',
    };
  }

  static async open(address: string): Promise<CliWorld> {
    const folder = await mkdtemp(join(tmpdir(), 'rekindle-cli-'));
    const keys = { keys: [{ id: 'k1', key: randomBytes(32).toString('base64') }] };
    await writeFile(join(folder, 'keys.json'), JSON.stringify(keys), { mode: 0o600 });
    const connection = await Connection.connect({ address });
    const world = new CliWorld(folder, address, connection, await NativeConnection.connect({ address }));
    await writeFile(
      join(folder, 'rekindle.yaml'),
      `{version: 1, temporal: {taskQueue: ${world.taskQueue}},
        clusters: {prod: {kind: eks, context: c, region: us-east-1, buckets: {artefacts: abc}}}}`,
    );
    return world;
  }

  async close(): Promise<void> {
    await this.stopWorker();
    await this.client.workflow
      .getHandle(this.workflowId)
      .terminate()
      .catch(() => {});
    await this.#native.close();
    await this.#connection.close();
    await rm(this.#folder, { recursive: true });
  }

  async startWorker(): Promise<void> {
    bundle ??= bundleWorkflowCode({
      workflowsPath: new URL('./workflows.ts', import.meta.url).pathname,
      failureConverterPath,
    });
    const worker = await Worker.create({
      connection: this.#native,
      taskQueue: this.taskQueue,
      workflowBundle: await bundle,
      activities: this.ladder.activities(),
      interceptors: { activity: [heartbeatInterceptor] },
      maxHeartbeatThrottleInterval: '1 second',
      dataConverter: createDataConverter(join(this.#folder, 'keys.json')),
      stickyQueueScheduleToStartTimeout: '1 second',
    });
    const running = worker.run();
    this.#stop = async () => {
      worker.shutdown();
      await running;
    };
  }

  async stopWorker(): Promise<void> {
    await this.#stop?.();
    this.#stop = null;
  }

  rekindle(...args: string[]): Promise<Ran> {
    return this.rekindleWith({}, ...args);
  }

  rekindleWith(environment: Readonly<Record<string, string>>, ...args: string[]): Promise<Ran> {
    return runRekindle({ ...this.#environment, ...environment }, ...args);
  }

  start(...args: string[]): Promise<Ran> {
    return this.rekindle('start', 'volume-rebind', '--cluster', 'prod', '--input', this.input, ...args);
  }

  get handle(): WorkflowHandle {
    return this.client.workflow.getHandle(this.workflowId);
  }

  /** Polls until the recovery is there and fits; the test's own time limit bounds it. */
  async until(fits: (progress: Progress) => boolean): Promise<Progress> {
    for (;;) {
      const progress = await this.handle.query(progressQuery).catch(() => null);
      if (progress !== null && fits(progress)) return progress;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  untilAsked(otherThan = ''): Promise<Progress> {
    return this.until(({ standstill, plan }) => standstill === 'awaiting-approval' && plan?.hash !== otherThan);
  }
}
