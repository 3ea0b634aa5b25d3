import { describe, expect, inject, it } from 'vitest';
import { approveUpdate, reportQuery } from '../../../workflows/recovery/messages.ts';
import { LadderWorld, progressUntil, withLadder } from './ladder-run.ts';

const address = inject('temporalAddress');

describe('lifecycle', () => {
  it('runs the steps in order, verifies, and saves the report', async () => {
    const world = new LadderWorld();
    const result = await withLadder(address, world, async (start) => (await start()).result());
    expect(result).toEqual({ status: 'recovered', summary: 'climb' });
    expect(world.calls).toEqual(['climb one', 'climb two', 'climb three']);
    expect(world.leases.size).toBe(0);
    expect(JSON.parse(world.reports[0]?.json ?? '{}').result).toEqual(result);
  });

  it('writes the title of the step on each activity, for the list of events in the Temporal UI', async () => {
    const summaries = await withLadder(address, new LadderWorld(), async (start) => {
      const handle = await start();
      await handle.result();
      const { events } = await handle.fetchHistory();
      return (events ?? [])
        .filter(({ activityTaskScheduledEventAttributes }) => activityTaskScheduledEventAttributes)
        .map(({ userMetadata }) => JSON.parse(Buffer.from(userMetadata?.summary?.data ?? '').toString() || 'null'));
    });
    expect(summaries).toEqual([
      'Admission',
      'Assessment',
      'Claim of the scope',
      'Climb one',
      'Climb two',
      'Climb three',
      'Verify',
      'Release of the scope',
      'Saving of the report',
    ]);
  });

  it('ends a dry run with the plan and changes nothing', async () => {
    const world = new LadderWorld();
    const result = await withLadder(address, world, async (start) => (await start({ dryRun: true })).result());
    expect(result.status).toBe('planned');
    expect(world.calls).toEqual([]);
  });

  it('refuses with the reason of the verdict', async () => {
    const world = new LadderWorld();
    world.facts = () => ({ broken: false, version: 1 });
    const result = await withLadder(address, world, async (start) => (await start()).result());
    expect(result).toMatchObject({ status: 'refused', reason: 'not-found', message: 'the ladder stands' });
    expect(world.calls).toEqual([]);
  });

  it('refuses bad input as a result, not as a failure', async () => {
    const result = await withLadder(address, new LadderWorld(), async (start) => (await start({ rungs: [] })).result());
    expect(result).toMatchObject({ status: 'refused', reason: 'invalid-input' });
  });

  it('refuses when another recovery holds an overlapping scope, and releases nothing of the other', async () => {
    const world = new LadderWorld();
    world.heldBy = 'etcd-restore/prod';
    const result = await withLadder(address, world, async (start) => (await start()).result());
    expect(result).toMatchObject({ status: 'refused', reason: 'scope-held' });
    expect(world.calls).toEqual([]);
  });

  it('is partial when a claim is not proved', async () => {
    const world = new LadderWorld();
    world.evidence = () => ({ claim: 'ready', target: 'ladder', outcome: 'unknown', detail: 'fog', source: 'eyes' });
    const result = await withLadder(address, world, async (start) => (await start()).result());
    expect(result).toMatchObject({ status: 'partial', problems: [{ code: 'claim-unproved', target: 'ladder' }] });
  });

  it('still ends recovered when the report cannot be saved, and says so', async () => {
    const world = new LadderWorld();
    world.onSave = () => {
      throw Object.assign(new Error('no bucket'), { name: 'nope' });
    };
    // The save is retried for minutes by design: only the query is awaited here, then the knob is turned back.
    const result = await withLadder(address, world, async (start) => {
      const handle = await start();
      await progressUntil(handle, ({ phase }) => phase === 'reporting');
      const report = await handle.query(reportQuery);
      expect(report.result?.status).toBe('recovered');
      world.onSave = () => {};
      return handle.result();
    });
    expect(result.status).toBe('recovered');
  });
});

describe('approval', () => {
  it('waits for the hash of the very plan, rejects another, and keeps who approved', async () => {
    const world = new LadderWorld();
    await withLadder(address, world, async (start) => {
      const handle = await start({ approval: 'required' });
      const { plan } = await progressUntil(handle, ({ standstill }) => standstill === 'awaiting-approval');
      const wrong = { actor: 'jo', planHash: 'other', decision: 'approve' } as const;
      await expect(handle.executeUpdate(approveUpdate, { args: [wrong] })).rejects.toThrow();
      expect(world.calls).toEqual([]);
      await handle.executeUpdate(approveUpdate, { args: [{ ...wrong, planHash: plan?.hash ?? '' }] });
      expect((await handle.result()).status).toBe('recovered');
      expect((await handle.query(reportQuery)).decisions[0]).toMatchObject({ actor: 'jo' });
    });
  });

  it('plans again and asks again when the facts drifted while the approval was awaited', async () => {
    const world = new LadderWorld();
    await withLadder(address, world, async (start) => {
      const handle = await start({ approval: 'required' });
      const first = await progressUntil(handle, ({ standstill }) => standstill === 'awaiting-approval');
      world.facts = () => ({ broken: true, version: 2 });
      const planHash = first.plan?.hash ?? '';
      await handle.executeUpdate(approveUpdate, { args: [{ actor: 'jo', planHash, decision: 'approve' }] });
      const second = await progressUntil(
        handle,
        ({ standstill, plan }) => standstill === 'awaiting-approval' && plan?.hash !== planHash,
      );
      expect(world.calls).toEqual([]);
      await handle.executeUpdate(approveUpdate, {
        args: [{ actor: 'jo', planHash: second.plan?.hash ?? '', decision: 'approve' }],
      });
      expect((await handle.result()).status).toBe('recovered');
    });
  });

  it('refuses when it is rejected, and when nobody answers in time', async () => {
    const world = new LadderWorld();
    await withLadder(address, world, async (start) => {
      const handle = await start({ approval: 'required' });
      const { plan } = await progressUntil(handle, ({ standstill }) => standstill === 'awaiting-approval');
      await handle.executeUpdate(approveUpdate, {
        args: [{ actor: 'jo', planHash: plan?.hash ?? '', decision: 'reject' }],
      });
      expect(await handle.result()).toMatchObject({ status: 'refused', reason: 'approval-rejected' });
      world.approvalTimeoutSeconds = 0.2;
      const late = await (await start({ approval: 'required' })).result();
      expect(late).toMatchObject({ status: 'refused', reason: 'approval-timed-out' });
    });
    expect(world.calls).toEqual([]);
  });
});
