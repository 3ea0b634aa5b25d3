import {
  type Client,
  WorkflowExecutionAlreadyStartedError,
  type WorkflowExecutionInfo,
  type WorkflowHandle,
  WorkflowIdConflictPolicy,
  WorkflowIdReusePolicy,
} from '@temporalio/client';
import type { RecoveryInput } from '../workflows/recovery/input.ts';
import {
  type Acted,
  type Approval,
  approveUpdate,
  cancelUpdate,
  decideUpdate,
  type OperatorDecision,
  pauseUpdate,
  progressQuery,
  reportMarkdownQuery,
  reportQuery,
  resumeUpdate,
} from '../workflows/recovery/messages.ts';
import type { Progress } from '../workflows/recovery/progress.ts';
import type { Report } from '../workflows/recovery/report.ts';
import type { RecoveryResult } from '../workflows/recovery/result.ts';
import { recoveryAttributes } from '../workflows/recovery/search-attributes.ts';
import type { StartableScenario } from './scenarios.ts';

export interface StartedRecovery {
  readonly workflowId: string;
  readonly runId: string;
}

/** One line of the list. Phase and result are null for a run that ended before it wrote them. */
export interface ListedRecovery extends StartedRecovery {
  readonly scenario: string;
  readonly cluster: string;
  readonly target: string;
  readonly status: string;
  readonly phase: string | null;
  readonly waitingFor: string | null;
  readonly result: string | null;
  readonly startedAt: Date;
  readonly closedAt: Date | null;
}

export interface ListFilter {
  readonly cluster?: string;
  readonly scenario?: string;
  readonly running?: boolean;
  readonly limit: number;
}

/** A recovery of the same target runs already; nothing was started. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError';
  readonly workflowId: string;

  constructor(workflowId: string) {
    super(`${workflowId} is running already, and two recoveries never act on the same target; nothing was started`);
    this.workflowId = workflowId;
  }
}

/** Recoveries as Temporal keeps them: start, follow, steer. Steering is by Updates, which answer or reject at once. */
export class Recoveries {
  readonly #client: Client;
  readonly #taskQueue: string;

  constructor(client: Client, taskQueue: string) {
    this.#client = client;
    this.#taskQueue = taskQueue;
  }

  /** Starts a checked input. A finished recovery of the target may be repeated; a running one is never joined or replaced. */
  async start(scenario: StartableScenario, input: RecoveryInput): Promise<StartedRecovery> {
    const workflowId = scenario.workflowId(input);
    try {
      const handle = await this.#client.workflow.start(scenario.workflowType, {
        workflowId,
        taskQueue: this.#taskQueue,
        args: [input],
        workflowIdConflictPolicy: WorkflowIdConflictPolicy.FAIL,
        workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
        staticSummary: `${scenario.slug} on ${input.cluster}`,
        staticDetails: [scenario.summary, input.reason, input.incident].filter(Boolean).join('\n\n'),
        typedSearchAttributes: [
          { key: recoveryAttributes.scenario, value: scenario.slug },
          { key: recoveryAttributes.cluster, value: input.cluster },
          ...(input.incident === undefined ? [] : [{ key: recoveryAttributes.incident, value: input.incident }]),
        ],
      });
      return { workflowId, runId: handle.firstExecutionRunId };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) throw new AlreadyRunningError(workflowId);
      throw error;
    }
  }

  async list({ cluster, scenario, running, limit }: ListFilter): Promise<ListedRecovery[]> {
    const quoted = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
    const query = [
      'RekindleScenario IS NOT NULL',
      ...(cluster === undefined ? [] : [`RekindleCluster = ${quoted(cluster)}`]),
      ...(scenario === undefined ? [] : [`RekindleScenario = ${quoted(scenario)}`]),
      ...(running === true ? ['ExecutionStatus = "Running"'] : []),
    ].join(' AND ');
    const found: ListedRecovery[] = [];
    for await (const info of this.#client.workflow.list({ query, pageSize: Math.min(limit, 200) })) {
      found.push(listed(info));
      if (found.length >= limit) break;
    }
    return found;
  }

  progress(workflowId: string): Promise<Progress> {
    return this.#handle(workflowId).query(progressQuery);
  }

  report(workflowId: string): Promise<Report> {
    return this.#handle(workflowId).query(reportQuery);
  }

  reportMarkdown(workflowId: string): Promise<string> {
    return this.#handle(workflowId).query(reportMarkdownQuery);
  }

  /** Waits for the end. Throws WorkflowFailedError when the run broke. */
  result(workflowId: string, runId?: string): Promise<RecoveryResult> {
    return this.#handle(workflowId, runId).result() as Promise<RecoveryResult>;
  }

  approve(workflowId: string, approval: Approval): Promise<string> {
    const updateId = `approve-${approval.planHash}-${approval.decision}-${approval.actor}`;
    return this.#handle(workflowId).executeUpdate(approveUpdate, { args: [approval], updateId });
  }

  decide(workflowId: string, decision: OperatorDecision): Promise<string> {
    return this.#handle(workflowId).executeUpdate(decideUpdate, { args: [decision] });
  }

  pause(workflowId: string, acted: Acted): Promise<string> {
    return this.#handle(workflowId).executeUpdate(pauseUpdate, { args: [acted] });
  }

  resume(workflowId: string, acted: Acted): Promise<string> {
    return this.#handle(workflowId).executeUpdate(resumeUpdate, { args: [acted] });
  }

  cancel(workflowId: string, acted: Acted): Promise<string> {
    return this.#handle(workflowId).executeUpdate(cancelUpdate, { args: [acted] });
  }

  /** For a run whose worker does not answer: Temporal keeps the request until one does. Without an actor in the report. */
  async cancelThroughTemporal(workflowId: string): Promise<void> {
    await this.#handle(workflowId).cancel();
  }

  #handle(workflowId: string, runId?: string): WorkflowHandle {
    return this.#client.workflow.getHandle(workflowId, runId);
  }
}

function listed(info: WorkflowExecutionInfo): ListedRecovery {
  const { typedSearchAttributes: attributes } = info;
  return {
    workflowId: info.workflowId,
    runId: info.runId,
    scenario: attributes.get(recoveryAttributes.scenario) ?? '',
    cluster: attributes.get(recoveryAttributes.cluster) ?? '',
    target: attributes.get(recoveryAttributes.target) ?? '',
    status: info.status.name.toLowerCase(),
    phase: attributes.get(recoveryAttributes.phase) ?? null,
    waitingFor: attributes.get(recoveryAttributes.waitingFor) ?? null,
    result: attributes.get(recoveryAttributes.result) ?? null,
    startedAt: info.startTime,
    closedAt: info.closeTime ?? null,
  };
}
