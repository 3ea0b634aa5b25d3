/** The candidate that `name` was probably meant to be, or null when none is near (a third of its length in edits). */
export function closestName(name: string, candidates: readonly string[]): string | null {
  let best: { candidate: string; distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = edits(name.toLowerCase(), candidate.toLowerCase());
    if (best === null || distance < best.distance) best = { candidate, distance };
  }
  return best !== null && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : null;
}

/** Levenshtein distance, one row at a time. */
function edits(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (const [i, a] of [...left].entries()) {
    const next = [i + 1];
    for (const [j, b] of [...right].entries()) {
      const above = row[j + 1] ?? 0;
      const diagonal = row[j] ?? 0;
      next.push(Math.min(above + 1, (next[j] ?? 0) + 1, diagonal + (a === b ? 0 : 1)));
    }
    row = next;
  }
  return row[right.length] ?? 0;
}
