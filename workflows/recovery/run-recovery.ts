import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  ContinueAsNew,
  condition,
  continueAsNew,
  isCancellation,
  workflowInfo,
} from '@temporalio/workflow';
import type { Carry } from './carry.ts';
import { doing } from './current-step.ts';
import { executeSteps, untilSettled } from './execute.ts';
import { AbortRequested, failureFacts } from './failure.ts';
import type { Admitted, RecoveryInput } from './input.ts';
import { listen } from './listen.ts';
import { planOf } from './plan-of.ts';
import { acquireScopes, admitRecovery, releaseScopes, saveReport } from './ports.ts';
import { RecoveryRun } from './recovery-run.ts';
import { renderReport } from './render-report.ts';
import type { RecoveryResult } from './result.ts';
import type { Scenario, Step } from './scenario.ts';
import { UndoStack } from './undo-stack.ts';
import { problemsOf, verifyAll } from './verify.ts';

/**
 * The lifecycle that every scenario shares: assess, plan, approve, execute, verify, report. What must hold:
 * 1. Nothing is changed before a plan was made, and, where approval is required, before that very plan was approved.
 * 2. Every undo is registered before its step; every put-back runs at any end.
 * 3. A cancel, from whatever side, ends in a declared state and a result, never in a bare cancellation.
 * 4. A step out of retries waits for a person; it never ends the run by itself.
 * 5. Handlers are registered before the first await and finished before the end.
 */
export async function runRecovery<Input extends RecoveryInput, Facts, Work, Memory>(
  scenario: Scenario<Input, Facts, Work, Memory>,
  input: Input,
  carry?: Carry,
): Promise<RecoveryResult> {
  const run = new RecoveryRun(scenario.slug, input, carry?.journal ?? null);
  listen(run);
  try {
    const result = await run.scope.run(() => lifecycle(scenario, input, run, carry));
    return await CancellationScope.nonCancellable(() => close(run, result));
  } catch (error) {
    if (error instanceof ContinueAsNew) throw error;
    return await CancellationScope.nonCancellable(() => closeAfter(run, error));
  }
}

async function lifecycle<Input extends RecoveryInput, Facts, Work, Memory>(
  scenario: Scenario<Input, Facts, Work, Memory>,
  input: Input,
  run: RecoveryRun,
  carry: Carry | undefined,
): Promise<RecoveryResult> {
  let admitted: Admitted<Input>;
  let work: Work;
  let memory: Memory;
  if (carry === undefined) {
    const answer = await attempt(run, 'admit', 'Admission', () =>
      admitRecovery({ slug: scenario.slug, input: input as unknown as Record<string, unknown> }),
    );
    if ('refused' in answer) return answer.refused;
    admitted = answer.value as Admitted<Input>;
    run.admit(admitted, scenario.target(admitted.input));
    const agreed = await agree(scenario, admitted, run);
    if ('result' in agreed) return agreed.result;
    work = agreed.work;
    memory = scenario.memory(work);
  } else {
    admitted = carry.admitted as Admitted<Input>;
    run.admit(admitted, scenario.target(admitted.input));
    work = carry.work as Work;
    memory = carry.memory as Memory;
    run.scopes = carry.scopes;
  }

  const steps = scenario.steps(work, memory, run.context(admitted.settings));
  const undo = new UndoStack(carry?.undo ?? { registered: [], committed: null }, steps, run.journal);
  run.undo = undo;
  if (carry === undefined) {
    const refused = await claimScopes(scenario.scopes(work), run, admitted);
    if (refused !== null) return refused;
  }

  run.journal.enter('executing');
  run.journal.state.executionStartedAt ??= Date.now();
  await executeSteps(steps, {
    journal: run.journal,
    gate: run.gate,
    undo,
    betweenSteps: async () => {
      if (!workflowInfo().continueAsNewSuggested) return;
      await condition(allHandlersFinished);
      const next: Carry = {
        journal: run.journal.state,
        admitted,
        work,
        memory,
        undo: undo.record,
        scopes: run.scopes,
      };
      await continueAsNew<(input: Input, carry: Carry) => Promise<RecoveryResult>>(input, next);
    },
  });

  run.journal.enter('verifying');
  await run.gate.pass();
  doing('Verify');
  const evidence = await verifyAll(scenario.verify(work, memory, run.context(admitted.settings)));
  run.journal.state.evidence.push(...evidence);
  run.journal.state.verifiedAt = Date.now();
  run.journal.state.problems.push(...problemsOf(evidence));
  run.journal.note(
    `Verified: ${evidence.filter(({ outcome }) => outcome === 'proved').length} of ${evidence.length} claims proved`,
  );
  const { problems, plan } = run.journal.state;
  return problems.length > 0
    ? { status: 'partial', problems: [...problems] }
    : { status: 'recovered', summary: plan?.summary ?? '' };
}

/** Assess and plan, and ask until the plan that is approved is the plan that the facts still give. */
async function agree<Input extends RecoveryInput, Facts, Work, Memory>(
  scenario: Scenario<Input, Facts, Work, Memory>,
  admitted: Admitted<Input>,
  run: RecoveryRun,
): Promise<{ work: Work } | { result: RecoveryResult }> {
  const { settings } = admitted;
  let approvedHash: string | null = null;
  for (;;) {
    run.journal.enter('assessing');
    await run.gate.pass();
    const assessed = await attempt(run, 'assess', 'Assessment', () => scenario.assess(admitted, run.context(settings)));
    if ('refused' in assessed) return { result: assessed.refused };
    const verdict = scenario.decide(admitted, assessed.value, Date.now());
    if (verdict.kind !== 'proceed') return { result: run.refusal(verdict.code, verdict.message) };
    const { work, draft } = verdict;
    const steps: readonly Step[] = scenario.steps(work, scenario.memory(work), run.context(settings));
    const plan = planOf(scenario.slug, work, draft, steps);
    if (plan.hash === approvedHash) return { work };
    if (approvedHash !== null) run.journal.note('The facts drifted from the approved plan: planned again');
    run.journal.adopt(plan);
    run.journal.note(`Reason: ${verdict.reason}`);
    if (admitted.input.dryRun) return { result: { status: 'planned', planHash: plan.hash, summary: draft.summary } };
    const blocking = draft.preconditions.find(({ met, blocking }) => blocking && !met);
    if (blocking !== undefined) {
      return { result: run.refusal('precondition-unmet', `${blocking.name}: ${blocking.detail}`) };
    }
    if (admitted.input.approval === 'automatic' && draft.approvalBecause === undefined) return { work };
    run.journal.enter('awaiting-approval');
    const approval = await run.gate.approval(settings.approvalTimeoutSeconds);
    if (approval === null) {
      return {
        result: run.refusal('approval-timed-out', `nobody approved within ${settings.approvalTimeoutSeconds} s`),
      };
    }
    if (approval.decision === 'reject') {
      return { result: run.refusal('approval-rejected', `rejected by ${approval.actor}`) };
    }
    approvedHash = plan.hash;
  }
}

/** Calls until it succeeds; a registered refusal becomes a result, anything else out of retries waits for an operator. */
async function attempt<T>(
  run: RecoveryRun,
  id: string,
  title: string,
  call: () => Promise<T>,
): Promise<{ value: T } | { refused: RecoveryResult }> {
  doing(title);
  let refused: RecoveryResult | null = null;
  const value = await untilSettled<T | null>(id, title, ['retry', 'abort'], run, async () => {
    try {
      return await call();
    } catch (error) {
      const { refusal, code, message } = failureFacts(error);
      if (isCancellation(error) || !refusal) throw error;
      refused = run.refusal(code, message);
      return null;
    }
  });
  return refused === null ? { value: value as T } : { refused };
}

async function claimScopes(
  scopes: readonly string[],
  run: RecoveryRun,
  admitted: Admitted<RecoveryInput>,
): Promise<RecoveryResult | null> {
  const { cluster } = admitted.input;
  // What changes nothing in the cluster is in nobody's way.
  if (scopes.length === 0) return null;
  // From here on the scopes are released at the end, also when the answer to the claim was lost.
  run.scopes = scopes;
  const answer = await attempt(run, 'scope', 'Claim of the scope', () =>
    acquireScopes({ cluster, scopes: [...scopes], holder: run.identity }),
  );
  if ('refused' in answer) return answer.refused;
  if (answer.value.granted) return null;
  return run.refusal('scope-held', `${answer.value.heldBy} works on an overlapping part of ${cluster}`);
}

async function closeAfter(run: RecoveryRun, error: unknown): Promise<RecoveryResult> {
  run.journal.enter('undoing');
  await run.undo?.unwind();
  const { undone, left } = run.journal.state;
  if (isCancellation(error) || error instanceof AbortRequested) {
    const reason = error instanceof AbortRequested ? `aborted by ${error.actor}: ${error.message}` : run.cancelReason();
    run.journal.note(reason);
    return close(run, { status: 'cancelled', reason, undone: [...undone], left: [...left] });
  }
  const { code, message } = failureFacts(error);
  run.journal.note(`Failed: ${code}: ${message}`);
  await close(run, null);
  throw ApplicationFailure.create({
    type: code,
    message,
    nonRetryable: true,
    ...(error instanceof Error && { cause: error }),
  });
}

/** Releases the scopes, saves the report, and lets every handler finish. A report that cannot be saved stays readable by query. */
async function close<R extends RecoveryResult | null>(run: RecoveryRun, result: R): Promise<R> {
  run.journal.state.result = result;
  run.journal.enter('reporting');
  const cluster = run.cluster;
  if (run.scopes.length > 0) {
    await soft(run, 'Release of the scope', () =>
      releaseScopes({ cluster, scopes: [...run.scopes], holder: run.identity }),
    );
  }
  if (run.settings !== null) {
    const { region, artefactBucket: bucket } = run.settings;
    const report = run.report();
    const prefix = `reports/${run.identity.workflowId}/${run.identity.recoveryId}`;
    await soft(run, 'Saving of the report', async () => {
      const json = JSON.stringify(report, null, 2);
      const saved = await saveReport({ region, bucket, prefix, json, markdown: renderReport(report) });
      run.journal.note(`Report saved: ${saved.markdownUri}`);
    });
  }
  run.journal.enter('done');
  await condition(allHandlersFinished);
  return result;
}

async function soft(run: RecoveryRun, title: string, call: () => Promise<unknown>): Promise<void> {
  doing(title);
  try {
    await call();
  } catch (error) {
    const { code, message, next } = failureFacts(error);
    run.journal.note(`${title} failed with ${code}: ${message}. ${next}`);
  }
}
