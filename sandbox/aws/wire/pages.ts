import { AwsFailure } from './failure.ts';

export interface Page<T> {
  readonly entries: readonly T[];
  /** Undefined on the last page. */
  readonly nextToken: string | undefined;
}

/**
 * One page of a list whose entries have unique keys and a lasting order. The token names the last entry that was shown, so a list
 * that grows or shrinks between two pages neither repeats nor skips what was there all the time.
 *
 * @param order position of an entry; entries are sorted by it, then by key
 * @throws AwsFailure with `invalidTokenCode` for a token that this function did not make
 */
export function page<T>(
  all: readonly T[],
  position: (entry: T) => { readonly order: number; readonly key: string },
  request: {
    readonly maxResults: number | undefined;
    readonly nextToken: string | undefined;
    readonly invalidTokenCode: string;
  },
): Page<T> {
  const sorted = all
    .map((entry) => ({ entry, ...position(entry) }))
    .sort((a, b) => a.order - b.order || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const after = request.nextToken === undefined ? undefined : readToken(request.nextToken, request.invalidTokenCode);
  const rest = after
    ? sorted.filter((at) => at.order > after.order || (at.order === after.order && at.key > after.key))
    : sorted;
  const size = request.maxResults ?? rest.length;
  const shown = rest.slice(0, size);
  const last = shown[shown.length - 1];
  const more = rest.length > shown.length && last !== undefined;
  return { entries: shown.map((at) => at.entry), nextToken: more ? writeToken(last.order, last.key) : undefined };
}

function writeToken(order: number, key: string): string {
  return Buffer.from(JSON.stringify([order, key])).toString('base64');
}

function readToken(token: string, code: string): { order: number; key: string } {
  try {
    const [order, key] = JSON.parse(Buffer.from(token, 'base64').toString()) as [unknown, unknown];
    if (typeof order === 'number' && typeof key === 'string') return { order, key };
  } catch {
    // Not ours: said below.
  }
  throw new AwsFailure(code, 'The specified pagination token is not valid.');
}
