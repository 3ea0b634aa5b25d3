import { condition } from '@temporalio/workflow';
import { AbortRequested, failureFacts } from './failure.ts';
import type { Journal } from './journal.ts';
import type { Approval, OperatorDecision } from './messages.ts';
import type { Decision } from './progress.ts';

/** Where a recovery waits for people: pause, approval, a step out of retries. Deterministic; validators are synchronous. */
export class Gate {
  readonly #journal: Journal;
  #pausedBy: string | null = null;
  #approval: Approval | null = null;
  #decision: OperatorDecision | null = null;

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  get paused(): boolean {
    return this.#pausedBy !== null;
  }

  pause(actor: string): void {
    this.#pausedBy = actor;
    this.#journal.note('Paused: the running step finishes, the next one waits', actor);
  }

  resume(actor: string): void {
    this.#pausedBy = null;
    this.#journal.note('Resumed', actor);
  }

  /** Returns at once unless paused; then waits for the resume. */
  async pass(): Promise<void> {
    if (!this.paused) return;
    this.#journal.stand('paused');
    await condition(() => !this.paused);
    this.#journal.stand(null);
  }

  /** Throws a sentence for the sender when the approval does not fit what is asked now. */
  checkApproval(approval: Approval): void {
    const { plan, standstill } = this.#journal.state;
    requireActor(approval.actor);
    if (standstill !== 'awaiting-approval' || plan === null) {
      throw new Error(`no approval is awaited: the recovery is ${standstill ?? this.#journal.state.phase}`);
    }
    if (approval.decision !== 'approve' && approval.decision !== 'reject') {
      throw new Error(`decision: got ${JSON.stringify(approval.decision)}, allowed are "approve" and "reject"`);
    }
    if (approval.planHash !== plan.hash) {
      throw new Error(
        `planHash: got ${approval.planHash}, the plan now is ${plan.hash}; read it again before you approve`,
      );
    }
  }

  approve(approval: Approval): void {
    this.#approval = approval;
    const verb = approval.decision === 'approve' ? 'Approved' : 'Rejected';
    this.#journal.note(
      `${verb} plan ${approval.planHash.slice(0, 12)}${withComment(approval.comment)}`,
      approval.actor,
    );
  }

  /** Waits for the approval of the plan in the journal; null when the time is over. */
  async approval(timeoutSeconds: number): Promise<Approval | null> {
    this.#approval = null;
    this.#journal.stand('awaiting-approval');
    const answered = await condition(() => this.#approval !== null, timeoutSeconds * 1000);
    this.#journal.stand(null);
    return answered ? this.#approval : null;
  }

  checkDecision(decision: OperatorDecision): void {
    const request = this.#journal.state.operatorRequest;
    requireActor(decision.actor);
    if (request === null) throw new Error('no decision is awaited: no step is parked');
    if (decision.stepId !== request.stepId) {
      throw new Error(`stepId: got ${JSON.stringify(decision.stepId)}, the parked step is "${request.stepId}"`);
    }
    if (!request.allowed.includes(decision.decision)) {
      throw new Error(`decision: got ${JSON.stringify(decision.decision)}, allowed are ${request.allowed.join(', ')}`);
    }
  }

  decide(decision: OperatorDecision): void {
    this.#decision = decision;
    this.#journal.note(
      `Decided ${decision.decision} for ${decision.stepId}${withComment(decision.comment)}`,
      decision.actor,
    );
  }

  /** Parks until an operator decides. `abort` throws AbortRequested; the others are returned. */
  async park(stepId: string, title: string, error: unknown, allowed: readonly Decision[]): Promise<'retry' | 'skip'> {
    const { code, message, next } = failureFacts(error);
    this.#decision = null;
    this.#journal.note(`${title} needs an operator: ${code}: ${message}`);
    this.#journal.state.operatorRequest = {
      stepId,
      title,
      code,
      message,
      next,
      since: Date.now(),
      allowed,
    };
    this.#journal.stand('needs-operator');
    await condition(() => this.#decision !== null);
    const { decision, actor } = this.#decision as unknown as OperatorDecision;
    this.#journal.state.operatorRequest = null;
    this.#journal.stand(null);
    if (decision === 'abort') throw new AbortRequested(actor, `${title}: ${message}`);
    return decision;
  }
}

export function requireActor(actor: unknown): asserts actor is string {
  if (typeof actor !== 'string' || actor.trim() === '') {
    throw new Error('actor: missing; say who acts, for example {"actor": "jo@example.com"}');
  }
}

function withComment(comment: string | undefined): string {
  return comment ? ` (${comment})` : '';
}
