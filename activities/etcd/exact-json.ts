/**
 * Parses JSON whose whole numbers may exceed 2^53: etcd's ids are uint64. Whole numbers of more than 15 digits become strings,
 * digit for digit; everything else is as by JSON.parse.
 */
export function parseExactJson(text: string): unknown {
  const guarded = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
  );
  return JSON.parse(guarded);
}

/** An id of etcd as text in decimal digits, whichever way it was parsed. */
export function idText(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '0';
}
