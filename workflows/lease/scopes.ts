/** What a recovery holds: paths of which none may overlap with another holder's. */
export interface Holding {
  readonly holder: Holder;
  readonly scopes: readonly string[];
}

export interface Holder {
  readonly workflowId: string;
  /** First-execution run id of the holder. */
  readonly recoveryId: string;
}

/** Whether one path is the other or lies within it; the empty path is the whole cluster. Case matters. */
export function overlaps(left: string, right: string): boolean {
  const [a, b] = [parts(left), parts(right)];
  const shorter = Math.min(a.length, b.length);
  return a.slice(0, shorter).every((part, index) => part === b[index]);
}

export function sameHolder(left: Holder, right: Holder): boolean {
  return left.workflowId === right.workflowId && left.recoveryId === right.recoveryId;
}

/** The holdings of others that stand in the way of the wanted scopes. */
export function conflicts(holdings: readonly Holding[], holder: Holder, wanted: readonly string[]): readonly Holding[] {
  return holdings.filter(
    (holding) =>
      !sameHolder(holding.holder, holder) &&
      holding.scopes.some((held) => wanted.some((scope) => overlaps(held, scope))),
  );
}

/** The holdings with the scopes added to those that the holder has already. */
export function granted(holdings: readonly Holding[], holder: Holder, scopes: readonly string[]): readonly Holding[] {
  const held = holdings.find((holding) => sameHolder(holding.holder, holder))?.scopes ?? [];
  return [...without(holdings, holder), { holder, scopes: [...new Set([...held, ...scopes])] }];
}

export function without(holdings: readonly Holding[], holder: Holder): readonly Holding[] {
  return holdings.filter((holding) => !sameHolder(holding.holder, holder));
}

function parts(path: string): readonly string[] {
  return path.split('/').filter((part) => part !== '');
}
