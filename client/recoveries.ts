import {
  type Client,
  type WorkflowHandle,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
  WorkflowNotFoundError,
} from '@temporalio/client';
import type { RecoveryInput } from '../workflows/recovery/input.ts';
import { progressQuery, reportMarkdownQuery, reportQuery } from '../workflows/recovery/messages.ts';
import type { Progress } from '../workflows/recovery/progress.ts';
import type { Report } from '../workflows/recovery/report.ts';
import type { RecoveryResult } from '../workflows/recovery/result.ts';
import { ClientError } from './client-error.ts';
import {
  type ListedRecovery,
  type ListFilter,
  listedRecovery,
  type StartedRecovery,
  visibilityQuery,
} from './listed-recovery.ts';
import type { StartableScenario } from './scenarios.ts';
import { startOptions } from './start-options.ts';
import { type TemporalPlace, translateClientError, unknownRun, unreachable } from './translate.ts';

/** How long Temporal itself may take to say that it is there, milliseconds. */
const temporalLimitMs = 3_000;

/** Recoveries as Temporal keeps them: start and look at. Every method throws ClientError or RekindleError for what can be foreseen. */
export class Recoveries {
  readonly #client: Client;
  readonly #place: TemporalPlace;
  readonly #answerLimitMs: number;

  /** `answerLimitMs`: how long a worker may take to answer a question. */
  constructor(client: Client, place: TemporalPlace, answerLimitMs = 10_000) {
    this.#client = client;
    this.#place = place;
    this.#answerLimitMs = answerLimitMs;
  }

  /** Starts a checked input. A finished recovery of the target may be repeated; a running one is never joined or replaced. */
  async start(scenario: StartableScenario, input: RecoveryInput): Promise<StartedRecovery> {
    const workflowId = scenario.workflowId(input);
    return this.#translating(`start ${workflowId}`, workflowId, async () => {
      const handle = await this.#client.workflow.start(scenario.workflowType, {
        ...startOptions(scenario, input),
        workflowId,
        taskQueue: this.#place.taskQueue,
        args: [input],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      });
      return { workflowId, runId: handle.firstExecutionRunId };
    });
  }

  /** Running ones first, then the last that ended. */
  list({ limit, ...filter }: ListFilter): Promise<ListedRecovery[]> {
    return this.#translating('list recoveries', null, async () => {
      const found: ListedRecovery[] = [];
      const query = visibilityQuery(filter);
      for await (const info of this.#client.workflow.list({ query, pageSize: Math.min(limit, 200) })) {
        found.push(listedRecovery(info));
        if (found.length >= limit) break;
      }
      return found;
    });
  }

  /** What Temporal knows by itself; needs no worker. Here and below, without `runId` it is the last recovery of that workflow id. */
  describe(workflowId: string, runId?: string): Promise<ListedRecovery> {
    return this.#translating(`show ${workflowId}`, workflowId, async () =>
      listedRecovery(await (await this.#run(workflowId, runId)).describe()),
    );
  }

  progress(workflowId: string, runId?: string): Promise<Progress> {
    return this.asking(`show ${workflowId}`, workflowId, async () =>
      (await this.#run(workflowId, runId)).query(progressQuery),
    );
  }

  report(workflowId: string, runId?: string): Promise<Report> {
    return this.asking(`report ${workflowId}`, workflowId, async () =>
      (await this.#run(workflowId, runId)).query(reportQuery),
    );
  }

  reportMarkdown(workflowId: string, runId?: string): Promise<string> {
    return this.asking(`report ${workflowId}`, workflowId, async () =>
      (await this.#run(workflowId, runId)).query(reportMarkdownQuery),
    );
  }

  /** Waits for the end, through continue-as-new. Throws `failed` when the run broke, `unreachable` when Temporal went away. */
  result(workflowId: string, runId?: string): Promise<RecoveryResult> {
    return this.#translating(
      `wait for ${workflowId}`,
      workflowId,
      () => this.handle(workflowId, runId).result() as Promise<RecoveryResult>,
    );
  }

  handle(workflowId: string, runId?: string): WorkflowHandle {
    return this.#client.workflow.getHandle(workflowId, runId);
  }

  /** A call that a worker must answer: within the limit, or it throws `no-worker`; `unreachable` when it is Temporal that is away. */
  async asking<T>(doing: string, workflowId: string, call: () => Promise<T>): Promise<T> {
    const limit = Date.now() + this.#answerLimitMs;
    try {
      return await this.#translating(doing, workflowId, () => this.#client.withDeadline(limit, call));
    } catch (error) {
      // Our own limit looks the same in both cases, since the SDK goes on trying while Temporal is away.
      if (!(error instanceof ClientError && error.code === 'no-worker') || (await this.#temporalAnswers())) throw error;
      throw unreachable({ doing, workflowId, place: this.#place }, 'no answer in time', { cause: error });
    }
  }

  /** A recovery that began as that run may have gone on as another: then it is that one which can tell. Throws `unknown-run`. */
  async #run(workflowId: string, runId: string | undefined): Promise<WorkflowHandle> {
    if (runId === undefined) return this.handle(workflowId);
    const last = await this.handle(workflowId).describe();
    if (last.raw.workflowExecutionInfo?.firstRunId === runId) return this.handle(workflowId, last.runId);
    const asked = this.handle(workflowId, runId);
    await asked.describe().catch((error: unknown) => {
      throw error instanceof WorkflowNotFoundError ? unknownRun(workflowId, runId, error) : error;
    });
    return asked;
  }

  async #temporalAnswers(): Promise<boolean> {
    try {
      await this.#client.withDeadline(Date.now() + temporalLimitMs, () =>
        this.#client.workflowService.getSystemInfo({}),
      );
      return true;
    } catch {
      return false;
    }
  }

  async #translating<T>(doing: string, workflowId: string | null, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      throw translateClientError(error, { doing, workflowId, place: this.#place });
    }
  }
}
