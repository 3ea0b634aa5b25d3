import { readEnvironment } from '../../config/environment.ts';
import { UsageError } from './usage-error.ts';

/** Who acts: `--actor`, else REKINDLE_ACTOR, else user@host. */
export function actorOf(option: string | undefined): string {
  return requester(option, readEnvironment().actor).requestedBy;
}

/** The same for the input of a start; `actor` is there only where it was given, so that it can be held against the input. */
export function requester(option: string | undefined, otherwise: string): { requestedBy: string; actor?: string } {
  if (option === undefined) return { requestedBy: otherwise };
  const actor = option.trim();
  if (actor === '') throw new UsageError('--actor: got nothing, expected who acts, such as jo@example.com.');
  return { requestedBy: actor, actor };
}
