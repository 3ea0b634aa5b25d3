import { CancellationScope, setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { type Code, entryOf } from '../../errors/codes.ts';
import { renderDetails } from './details.ts';
import { etaSeconds } from './eta.ts';
import { Gate } from './gate.ts';
import type { Admitted, RecoveryInput, RunSettings } from './input.ts';
import { Journal, type JournalState, newJournal } from './journal.ts';
import type { Acted } from './messages.ts';
import type { Progress } from './progress.ts';
import { buildReport, type Report } from './report.ts';
import type { RecoveryResult } from './result.ts';
import type { RecoveryIdentity, ScenarioContext } from './scenario.ts';
import { recoveryAttributes } from './search-attributes.ts';
import type { UndoStack } from './undo-stack.ts';

/** One running recovery: its journal, its gate, its scope of cancellation, and what the outside sees of them. */
export class RecoveryRun {
  readonly identity: RecoveryIdentity;
  readonly journal: Journal;
  readonly gate: Gate;
  /** Cancelled by the `cancel` update; also cancelled when the workflow is. */
  readonly scope = new CancellationScope();
  undo: UndoStack | null = null;
  scopes: readonly string[] = [];
  settings: RunSettings | null = null;
  readonly #slug: string;
  #input: RecoveryInput;
  #cancelledBy: Acted | null = null;
  #published = '';

  constructor(slug: string, input: RecoveryInput, carried: JournalState | null) {
    const { workflowId, firstExecutionRunId } = workflowInfo();
    this.identity = { workflowId, recoveryId: firstExecutionRunId };
    this.#slug = slug;
    this.#input = input;
    this.journal = new Journal(carried ?? newJournal(Date.now()), Date.now, () => this.#publish());
    this.gate = new Gate(this.journal);
  }

  get cluster(): string {
    return this.#input.cluster;
  }

  admit(admitted: Admitted<RecoveryInput>, target: string): void {
    this.#input = admitted.input;
    this.settings = admitted.settings;
    this.journal.state.target = target;
    this.#publish();
  }

  context(settings: RunSettings): ScenarioContext {
    return {
      ...this.identity,
      settings,
      plan: () => this.journal.state.plan,
      report: (detail) => {
        const running = this.journal.state.steps.find(({ state }) => state === 'running');
        if (running !== undefined) this.journal.detail(running.id, detail);
        // Reported in a loop, it is one entry.
        else if (this.journal.state.timeline.at(-1)?.what !== detail) this.journal.note(detail);
      },
    };
  }

  refusal(code: Code, message: string): RecoveryResult {
    this.journal.note(`Refused: ${code}: ${message}`);
    return { status: 'refused', reason: code, message, next: entryOf(code).next };
  }

  over(): boolean {
    const { phase } = this.journal.state;
    return phase === 'reporting' || phase === 'done';
  }

  cancel(acted: Acted): void {
    this.#cancelledBy ??= acted;
    this.journal.note(`Cancel asked for${acted.comment ? `: ${acted.comment}` : ''}`, acted.actor);
    this.scope.cancel();
  }

  cancelReason(): string {
    const by = this.#cancelledBy;
    return by === null
      ? 'cancelled through Temporal'
      : `cancelled by ${by.actor}${by.comment ? `: ${by.comment}` : ''}`;
  }

  progress(): Progress {
    const { state } = this.journal;
    const now = Date.now();
    return {
      ...this.identity,
      runId: workflowInfo().runId,
      slug: this.#slug,
      cluster: this.cluster,
      target: state.target,
      phase: state.phase,
      standstill: state.standstill,
      startedAt: state.startedAt,
      elapsedSeconds: (now - state.startedAt) / 1000,
      etaSeconds: etaSeconds(state, now),
      plan: state.plan,
      steps: state.steps,
      evidence: state.evidence,
      operatorRequest: state.operatorRequest,
      timeline: state.timeline,
      result: state.result,
    };
  }

  report(): Report {
    const input = this.#input;
    const head = {
      ...this.identity,
      slug: this.#slug,
      cluster: input.cluster,
      runId: workflowInfo().runId,
      requestedBy: input.requestedBy ?? null,
      reason: input.reason ?? null,
      incident: input.incident ?? null,
      dryRun: input.dryRun ?? false,
      contacts: this.settings?.contacts ?? [],
    };
    const targets = this.settings?.targets ?? { recoveryTimeSeconds: null, recoveryPointSeconds: null };
    return buildReport(head, this.journal.state, targets, Date.now());
  }

  /** Tells the Temporal UI. Attributes are written only when they change: each write is an event of the history. */
  #publish(): void {
    setCurrentDetails(renderDetails(this.progress()));
    const { phase, standstill, result, target } = this.journal.state;
    const published = [phase, standstill, result?.status, target].join(' ');
    if (published === this.#published || phase === 'admitting') return;
    this.#published = published;
    const { incident } = this.#input;
    upsertSearchAttributes([
      { key: recoveryAttributes.scenario, value: this.#slug },
      { key: recoveryAttributes.cluster, value: this.cluster },
      { key: recoveryAttributes.target, value: target },
      { key: recoveryAttributes.phase, value: phase },
      { key: recoveryAttributes.waitingFor, value: standstill },
      { key: recoveryAttributes.result, value: result?.status ?? null },
      { key: recoveryAttributes.incident, value: incident ?? null },
    ]);
  }
}
