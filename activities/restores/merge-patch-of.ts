type Tree = Readonly<Record<string, unknown>>;

/** The JSON merge patch that makes `live` equal `wanted`; fields that are only in `live` are taken away. Pure. */
export function mergePatchOf(live: Tree, wanted: Tree): Tree {
  const patch: Record<string, unknown> = {};
  for (const field of new Set([...Object.keys(live), ...Object.keys(wanted)])) {
    const before = live[field];
    const after = wanted[field];
    if (JSON.stringify(before) === JSON.stringify(after)) continue;
    if (after === undefined) patch[field] = null;
    else if (isTree(before) && isTree(after)) patch[field] = mergePatchOf(before, after);
    else patch[field] = after;
  }
  return patch;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
