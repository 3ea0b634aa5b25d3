import { ActivityFailure, ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { type Code, entryOf, isCode } from '../../errors/codes.ts';

export interface FailureFacts {
  readonly code: Code;
  readonly message: string;
  readonly next: string;
  readonly refusal: boolean;
}

/** Reads the registered code out of what an activity call threw. A time-out without an inner cause is `unavailable`. */
export function failureFacts(error: unknown): FailureFacts {
  const inner = innermost(error);
  const code = codeOf(inner);
  const entry = entryOf(code);
  const message = inner instanceof Error ? inner.message : String(inner);
  return { code, message, next: entry.next, refusal: entry.kind === 'refusal' };
}

function innermost(error: unknown): unknown {
  let current = error;
  while (current instanceof Error && current.cause instanceof Error && !registered(current)) current = current.cause;
  return current;
}

function registered(error: Error): boolean {
  return error instanceof ApplicationFailure && isCode(error.type);
}

function codeOf(error: unknown): Code {
  if (error instanceof ApplicationFailure && isCode(error.type)) return error.type;
  if (error instanceof TimeoutFailure) return 'unavailable';
  if (error instanceof ActivityFailure) return 'unavailable';
  return 'internal';
}

/** Thrown by the engine when an operator decided `abort`. Never leaves the engine. */
export class AbortRequested extends Error {
  override readonly name = 'AbortRequested';
  readonly actor: string;

  constructor(actor: string, message: string) {
    super(message);
    this.actor = actor;
  }
}
