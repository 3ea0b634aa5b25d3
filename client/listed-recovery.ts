import type { WorkflowExecutionInfo } from '@temporalio/client';
import { recoveryAttributes } from '../workflows/recovery/search-attributes.ts';

export interface StartedRecovery {
  readonly workflowId: string;
  readonly runId: string;
}

/** What Temporal knows of a recovery without asking a worker. Phase and result are null for a run that never wrote them. */
export interface ListedRecovery extends StartedRecovery {
  readonly scenario: string;
  readonly cluster: string;
  readonly target: string;
  /** Of the workflow: `running`, `completed`, `failed`, `terminated`, `timed_out`... */
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

type Seen = Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'startTime' | 'typedSearchAttributes'> & {
  readonly status: { readonly name: string };
  readonly closeTime?: Date | undefined;
};

/** The filter in the query language of Temporal's visibility. */
export function visibilityQuery({ cluster, scenario, running }: Omit<ListFilter, 'limit'>): string {
  const { name } = recoveryAttributes.scenario;
  return [
    `${name} IS NOT NULL`,
    ...(cluster === undefined ? [] : [`${recoveryAttributes.cluster.name} = ${quoted(cluster)}`]),
    ...(scenario === undefined ? [] : [`${name} = ${quoted(scenario)}`]),
    ...(running === true ? ['ExecutionStatus = "Running"'] : []),
  ].join(' AND ');
}

/** Of a listing or of a description. */
export function listedRecovery(info: Seen): ListedRecovery {
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

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}
