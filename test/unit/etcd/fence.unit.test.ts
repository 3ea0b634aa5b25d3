import { describe, expect, it } from 'vitest';
import {
  type AutoScalingRegion,
  fenceTag,
  type Machine,
  type MachineState,
} from '../../../activities/autoscaling/port.ts';
import { fenceHosts, proveFenced, unfenceHosts } from '../../../activities/etcd/fence-hosts.ts';
import { TestPace } from '../../adapters/test-pace.ts';

/** One machine, which stops when it is told hard, or softly unless it hangs. */
function world({ state = 'running' as MachineState, hangs = false, fencedBy = null as string | null } = {}) {
  const machine = { state, fencedBy };
  const calls: string[] = [];
  const region = {
    machines: async (ids: readonly string[]): Promise<readonly Machine[]> =>
      ids.map((instanceId) => ({ instanceId, zone: 'us-east-1a', group: null, checks: 'ok', ...machine })),
    tagMachines: async (_ids: readonly string[], tags: Readonly<Record<string, string>>) => {
      machine.fencedBy = tags[fenceTag] || null;
      calls.push(`tag ${tags[fenceTag]}`);
    },
    stopMachines: async (_ids: readonly string[], hard: boolean) => {
      calls.push(hard ? 'stop hard' : 'stop');
      machine.state = hard || !hangs ? 'stopped' : 'stopping';
    },
    startMachines: async () => {
      calls.push('start');
      machine.state = 'pending';
    },
  };
  return { machine, calls, region: region as unknown as AutoScalingRegion };
}

const order = {
  region: 'us-east-1',
  machines: [{ host: 'prod-3', instanceId: 'i-00000003' }],
  recoveryId: 'r1',
  workflowId: 'etcd-restore/prod',
  limitSeconds: 600,
};

describe('a host that is fenced', () => {
  it('is marked, stopped, and believed stopped by the word of EC2 alone', async () => {
    const { region, calls } = world();
    expect(await fenceHosts(region, order, new TestPace())).toBe('prod-3 (i-00000003) is stopped');
    expect(calls).toEqual(['tag r1', 'stop']);
    expect(await proveFenced(region, order, new TestPace())).toContain('is stopped');
  });

  it('is stopped hard after a minute when its system hangs', async () => {
    const { region, calls } = world({ hangs: true });
    const pace = new TestPace();
    await fenceHosts(region, order, pace);
    expect(calls).toEqual(['tag r1', 'stop', 'stop hard']);
    expect(pace.now() - Date.parse('2026-01-01T00:00:00Z')).toBeGreaterThanOrEqual(60_000);
  });

  it('is not stopped again by a repeat', async () => {
    const { region, calls } = world({ state: 'stopped', fencedBy: 'r1' });
    await fenceHosts(region, order, new TestPace());
    expect(calls).toEqual([]);
  });

  it('is left alone, with its mark, when it was off already: another recovery may have stopped it', async () => {
    const { region, calls, machine } = world({ state: 'stopped', fencedBy: 'r0' });
    await fenceHosts(region, { ...order, offBefore: ['i-00000003'] }, new TestPace());
    expect(await unfenceHosts(region, order, new TestPace())).toBe('nothing was stopped');
    expect(calls).toEqual([]);
    expect(machine).toEqual({ state: 'stopped', fencedBy: 'r0' });
  });

  it.each(['running', 'pending'] as const)(
    'is not stopped when it was off at the plan and is %s now',
    async (state) => {
      const { region, calls } = world({ state });
      const fence = fenceHosts(region, { ...order, offBefore: ['i-00000003'] }, new TestPace());
      await expect(fence).rejects.toMatchObject({ code: 'fenced-host-runs' });
      expect(calls).toEqual([]);
    },
  );

  it('is not taken for stopped while EC2 says something else, or does not know it', async () => {
    await expect(proveFenced(world({ state: 'stopping' }).region, order, new TestPace())).rejects.toMatchObject({
      code: 'not-fenced',
    });
    await expect(fenceHosts(world({ state: 'missing' }).region, order, new TestPace())).rejects.toMatchObject({
      code: 'not-fenced',
    });
  });
});

describe('the undo of a fence', () => {
  it('starts what this recovery stopped, and takes the mark away', async () => {
    const { region, calls, machine } = world({ state: 'stopped', fencedBy: 'r1' });
    expect(await unfenceHosts(region, order, new TestPace())).toContain('i-00000003');
    expect(calls).toEqual(['start', 'tag ']);
    expect(machine.fencedBy).toBeNull();
  });

  it('leaves a machine alone that somebody else stopped', async () => {
    const { region, calls } = world({ state: 'stopped' });
    expect(await unfenceHosts(region, order, new TestPace())).toBe('nothing was stopped');
    expect(calls).toEqual([]);
  });
});
