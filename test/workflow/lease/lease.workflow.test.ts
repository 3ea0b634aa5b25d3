import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { leaseWorkflowId } from '../../../workflows/lease/contract.ts';
import { acquireUpdate, holdingsQuery } from '../../../workflows/lease/messages.ts';
import { type LeaseWorld, startLeaseWorld } from './lease-world.ts';

let world: LeaseWorld;
beforeAll(async () => {
  world = await startLeaseWorld(inject('temporalAddress'));
});
afterAll(() => world?.close());

const newCluster = () => `cluster-${randomUUID().slice(0, 8)}`;

describe('the lease of a cluster', () => {
  it('grants what nobody holds and names the holder of what somebody does', async () => {
    const cluster = newCluster();
    const [one, two] = [await world.holder('one'), await world.holder('two')];
    expect(await one.acquire(cluster, ['namespaces/a'])).toEqual({ granted: true });
    expect(await two.acquire(cluster, ['namespaces/b'])).toEqual({ granted: true });
    expect(await two.acquire(cluster, [''])).toEqual({ granted: false, heldBy: one.identity.workflowId });
  });

  it('grants the same holder again, and frees everything at its release', async () => {
    const cluster = newCluster();
    const [one, two] = [await world.holder('one'), await world.holder('two')];
    expect(await one.acquire(cluster, ['nodes'])).toEqual({ granted: true });
    expect(await one.acquire(cluster, ['nodes'])).toEqual({ granted: true });
    expect(await one.acquire(cluster, ['nodes', 'asgs/x'])).toEqual({ granted: true });
    await one.release(cluster);
    await one.release(cluster);
    expect(await two.acquire(cluster, ['asgs', 'nodes'])).toEqual({ granted: true });
  });

  it('grants one of many that ask for the same at once', async () => {
    const cluster = newCluster();
    const holders = await Promise.all(Array.from({ length: 12 }, (_, index) => world.holder(`racer-${index}`)));
    const answers = await Promise.all(holders.map((holder) => holder.acquire(cluster, ['namespaces/a/claims/x'])));
    expect(answers.filter(({ granted }) => granted)).toHaveLength(1);
    const winner = holders[answers.findIndex(({ granted }) => granted)];
    const lease = world.client.workflow.getHandle(leaseWorkflowId(cluster));
    expect(await lease.query(holdingsQuery)).toEqual([{ holder: winner?.identity, scopes: ['namespaces/a/claims/x'] }]);
  });

  it('grants a hundred disjoint scopes asked for at once', async () => {
    const cluster = newCluster();
    const holder = await world.holder('many');
    const others = Array.from({ length: 100 }, (_, index) => ({ ...holder.identity, recoveryId: `run-${index}` }));
    const answers = await Promise.all(
      others.map((identity, index) => world.acquireAs(identity, cluster, [`claims/${index}`])),
    );
    expect(answers.every(({ granted }) => granted)).toBe(true);
  });

  it('drops a holder that ended without a release', async () => {
    const cluster = newCluster();
    const [one, two] = [await world.holder('one'), await world.holder('two')];
    expect(await one.acquire(cluster, ['nodes'])).toEqual({ granted: true });
    await one.end();
    expect(await two.acquire(cluster, ['nodes'])).toEqual({ granted: true });
  });

  it('drops a holder that was terminated only when its effects are over', async () => {
    const cluster = newCluster();
    const [one, two] = [await world.holder('one'), await world.holder('two')];
    await one.acquire(cluster, ['nodes']);
    const terminatedAt = Date.now();
    await one.terminate();
    expect(await two.acquire(cluster, ['nodes'])).toEqual({ granted: true });
    expect(Date.now() - terminatedAt).toBeGreaterThan(8_000);
  });

  it('keeps a running holder through continue-as-new, and goes on answering', async () => {
    const cluster = newCluster();
    const [one, two] = [await world.holder('one'), await world.holder('two')];
    await one.acquire(cluster, ['nodes']);
    const lease = world.client.workflow.getHandle(leaseWorkflowId(cluster));
    const runs = new Set([(await lease.describe()).runId]);
    // The size of the history makes the server suggest it long before the number of events does.
    const bulky = [`bulk/${'x'.repeat(300_000)}`];
    const bulkHolder = { ...one.identity, recoveryId: 'bulk' };
    for (let round = 0; round < 30 && runs.size === 1; round += 1) {
      await world.acquireAs(bulkHolder, cluster, bulky);
      runs.add((await lease.describe()).runId);
    }
    expect(runs.size).toBe(2);
    expect(await two.acquire(cluster, ['nodes'])).toEqual({ granted: false, heldBy: one.identity.workflowId });
  });

  it('refuses a malformed request before it becomes history', async () => {
    const cluster = newCluster();
    const one = await world.holder('one');
    await one.acquire(cluster, ['nodes']);
    const lease = world.client.workflow.getHandle(leaseWorkflowId(cluster));
    const before = (await lease.fetchHistory()).events?.length;
    const malformed = { holder: { workflowId: '', recoveryId: '' }, scopes: ['nodes'] };
    await expect(lease.executeUpdate(acquireUpdate, { args: [malformed] })).rejects.toMatchObject({
      cause: { message: 'holder: expected {"workflowId", "recoveryId"}' },
    });
    expect((await lease.fetchHistory()).events?.length).toBe(before);
  });
});
