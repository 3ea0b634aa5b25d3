import type { Evidence } from './evidence.ts';
import type { Plan } from './plan.ts';
import type { OperatorRequest, Phase, Standstill, StepProgress, StepState, TimelineEntry } from './progress.ts';
import type { Problem, RecoveryResult } from './result.ts';

/**
 * Everything a recovery knows of itself, as JSON: it is shown by queries, becomes the report, and travels through
 * continue-as-new. Times are milliseconds since the epoch, workflow time.
 */
export interface JournalState {
  phase: Phase;
  standstill: Standstill;
  readonly startedAt: number;
  executionStartedAt: number | null;
  verifiedAt: number | null;
  plan: Plan | null;
  target: string;
  steps: StepProgress[];
  evidence: Evidence[];
  problems: Problem[];
  timeline: TimelineEntry[];
  undone: string[];
  left: string[];
  operatorRequest: OperatorRequest | null;
  result: RecoveryResult | null;
}

/** Longest timeline kept; a mass recovery names waves, not nodes, so this is never met by design. */
const timelineLimit = 2_000;

export function newJournal(now: number): JournalState {
  return {
    phase: 'admitting',
    standstill: null,
    startedAt: now,
    executionStartedAt: null,
    verifiedAt: null,
    plan: null,
    target: '',
    steps: [],
    evidence: [],
    problems: [],
    timeline: [],
    undone: [],
    left: [],
    operatorRequest: null,
    result: null,
  };
}

/** Writes the journal; tells its listener after each change so that details and attributes follow. */
export class Journal {
  readonly state: JournalState;
  readonly #now: () => number;
  readonly #changed: () => void;

  constructor(state: JournalState, now: () => number, changed: () => void) {
    this.state = state;
    this.#now = now;
    this.#changed = changed;
  }

  note(what: string, actor: string | null = null): void {
    if (this.state.timeline.length < timelineLimit) this.state.timeline.push({ at: this.#now(), what, actor });
    this.#changed();
  }

  enter(phase: Phase): void {
    this.state.phase = phase;
    this.#changed();
  }

  stand(standstill: Standstill): void {
    this.state.standstill = standstill;
    this.#changed();
  }

  adopt(plan: Plan): void {
    this.state.plan = plan;
    this.state.steps = plan.steps.map(({ id, title, target }) => ({
      id,
      title,
      target,
      state: 'pending',
      startedAt: null,
      endedAt: null,
      detail: '',
    }));
    this.note(`Plan ${plan.hash.slice(0, 12)}: ${plan.summary}`);
  }

  step(id: string): StepProgress {
    const step = this.state.steps.find((candidate) => candidate.id === id);
    if (step === undefined) throw new Error(`no step ${id} in the plan`);
    return step;
  }

  begin(id: string): void {
    const step = this.step(id);
    step.state = 'running';
    step.startedAt ??= this.#now();
    this.#changed();
  }

  detail(id: string, detail: string): void {
    this.step(id).detail = detail;
    this.#changed();
  }

  end(id: string, state: Exclude<StepState, 'pending' | 'running'>, detail: string): void {
    const step = this.step(id);
    step.state = state;
    step.endedAt = this.#now();
    step.detail = detail;
    this.note(`${step.title}: ${detail}`);
  }
}
