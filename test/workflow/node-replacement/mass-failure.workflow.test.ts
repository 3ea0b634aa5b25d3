/** Five hundred dead nodes: what the workflow must carry, and what its activities ask of AWS and of Kubernetes. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { reportQuery } from '../../../workflows/recovery/messages.ts';
import { FakeFleet, suspendedBefore } from '../../worlds/fake-fleet.ts';
import { openReplacementGround, type ReplacementGround, type RunSize, runSizes } from './replacement-ground.ts';

/** Living ones beside the dead. */
const living = 3;
let ground: ReplacementGround;

beforeAll(async () => {
  ground = await openReplacementGround(inject('temporalAddress'));
});

afterAll(() => ground?.close());

interface Replaced {
  readonly fleet: FakeFleet;
  readonly runs: readonly RunSize[];
  readonly steps: number;
}

async function replace(dead: number, maxParallel: number): Promise<Replaced> {
  const fleet = new FakeFleet({ nodes: dead + living, dead });
  const handle = await ground.start(fleet, { maxParallel, maxPodsPerWave: 10_000 });
  expect(await handle.result()).toMatchObject({ status: 'recovered' });
  const report = await handle.query(reportQuery);
  const runs = await runSizes(ground.client, handle.workflowId, handle.firstExecutionRunId);
  // Each once, none forgotten, no other.
  expect([...fleet.region.ended].sort()).toEqual([...fleet.dead].sort());
  for (const group of fleet.region.table.values()) {
    expect(group).toMatchObject({ min: 1, tags: {}, suspended: suspendedBefore });
    expect([group.max, group.desired]).toEqual([group.members.length, group.members.length]);
  }
  return { fleet, runs, steps: report.steps.filter(({ state }) => state === 'done').length };
}

describe('500 dead nodes', () => {
  it('are replaced once each in waves of 5 over several runs of one recovery, with a small history', {
    timeout: 240_000,
  }, async () => {
    const { runs, steps } = await replace(500, 5);
    expect(steps).toBe(1 + 100 * 4);
    expect(runs.length).toBeGreaterThan(1);
    for (const run of runs) {
      expect(run.events).toBeLessThan(6_000);
      // JSON of an event is larger than the event: base64 and names of fields come on top.
      expect(run.largest).toBeLessThan(1024 ** 2);
      expect(run.bytes).toBeLessThan(8 * 1024 ** 2);
    }
  });

  it('take as many questions and events as 50 in as many waves: calls grow with pages, and by item only where they must', {
    timeout: 120_000,
  }, async () => {
    const [few, many] = [await replace(50, 10), await replace(500, 100)];
    for (const system of ['region', 'kubernetes'] as const) {
      const [less, more] = [few.fleet[system].calls, many.fleet[system].calls];
      expect(more.reads, system).toBe(less.reads);
      // The longest list has ten times as many entries: 53 and 503 nodes, 106 and 1006 pods.
      expect(more.pages, system).toBeLessThan(less.pages * 3);
    }
    const count = (effects: readonly string[]) =>
      Object.fromEntries([...new Set(effects)].map((one) => [one, effects.filter((other) => other === one).length]));
    // By item: the taint alone. Machines are ended by group and wave, a hundred at most in one call.
    expect(count(few.fleet.kubernetes.calls.effects)).toEqual({ 'patch nodes': 50 });
    expect(count(many.fleet.kubernetes.calls.effects)).toEqual({ 'patch nodes': 500 });
    expect(count(many.fleet.region.calls.effects)).toEqual(count(few.fleet.region.calls.effects));
    const eventsOf = ({ runs }: Replaced) => runs.reduce((sum, { events }) => sum + events, 0);
    expect(Math.abs(eventsOf(many) - eventsOf(few))).toBeLessThan(eventsOf(few) / 10);
    for (const { largest } of many.runs) expect(largest).toBeLessThan(1024 ** 2);
  });
});
