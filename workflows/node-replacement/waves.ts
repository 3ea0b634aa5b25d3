import type { DeadNode, GroupPlan, Wave } from './work.ts';

/** Dead nodes in waves of at most `most`, taken from the zones in turn, so that no zone waits for another. Pure. */
export function zoneBalanced(dead: readonly DeadNode[], most: number): readonly (readonly DeadNode[])[] {
  const zones = [...new Set(dead.map(({ zone }) => zone))].sort();
  const queues = zones.map((zone) =>
    dead.filter((one) => one.zone === zone).sort((left, right) => left.instanceId.localeCompare(right.instanceId)),
  );
  const inTurn: DeadNode[] = [];
  for (let rank = 0; inTurn.length < dead.length; rank += 1) {
    for (const queue of queues) {
      const next = queue[rank];
      if (next !== undefined) inTurn.push(next);
    }
  }
  return Array.from({ length: Math.ceil(inTurn.length / most) }, (_, wave) =>
    inTurn.slice(wave * most, (wave + 1) * most),
  );
}

/** Capacity first: each wave asks for as many machines as it retires, and waits until that many more nodes are Ready. Pure. */
export function planWaves(dead: readonly DeadNode[], groups: readonly GroupPlan[], most: number): readonly Wave[] {
  const before = new Map<string, number>();
  return zoneBalanced(dead, most).map((wave): Wave => {
    const names = [...new Set(wave.map(({ group }) => group))].sort();
    const parts = names.flatMap((name) => {
      const group = groups.find((one) => one.name === name);
      if (group === undefined) return [];
      const own = wave.filter((one) => one.group === name);
      const replaced = (before.get(name) ?? 0) + own.length;
      before.set(name, replaced);
      // A dead machine that its group gave up already is being replaced by the group itself.
      const launched = own.filter(({ instanceId }) => group.members.includes(instanceId)).length;
      return [{ name, desired: group.desired + launched, ready: Math.min(group.desired, group.ready + replaced) }];
    });
    return { dead: wave, groups: parts };
  });
}
