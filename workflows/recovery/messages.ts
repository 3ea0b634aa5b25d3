import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Decision, Progress } from './progress.ts';
import type { Report } from './report.ts';

/** Who acts; authenticated by the client that sends the message, and kept in the report. */
export interface Acted {
  readonly actor: string;
  readonly comment?: string;
}

export interface Approval extends Acted {
  /** Hash of the plan that the actor read; another hash is rejected. */
  readonly planHash: string;
  readonly decision: 'approve' | 'reject';
}

export interface OperatorDecision extends Acted {
  readonly decision: Decision;
  /** The step that the decision is for; guards against a decision for a step that is no longer parked. */
  readonly stepId: string;
}

export const approveUpdate = defineUpdate<string, [Approval]>('approve');
export const pauseUpdate = defineUpdate<string, [Acted]>('pause');
export const resumeUpdate = defineUpdate<string, [Acted]>('resume');
export const cancelUpdate = defineUpdate<string, [Acted]>('cancel');
export const decideUpdate = defineUpdate<string, [OperatorDecision]>('decide');

export const progressQuery = defineQuery<Progress>('progress');
/** The report so far; final once the phase is `done`. */
export const reportQuery = defineQuery<Report>('report');
/** The report as Markdown. */
export const reportMarkdownQuery = defineQuery<string>('report-markdown');
