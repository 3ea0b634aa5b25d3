import { describe, expect, inject, it } from 'vitest';
import {
  cancelUpdate,
  decideUpdate,
  pauseUpdate,
  reportQuery,
  resumeUpdate,
} from '../../../workflows/recovery/messages.ts';
import { barrier, fail, LadderWorld, progressUntil, withLadder } from './ladder-run.ts';

const address = inject('temporalAddress');

describe('pause', () => {
  it('lets the running step finish and holds the next one until the resume', async () => {
    const world = new LadderWorld();
    const gate = barrier();
    world.onClimb = (rung) => (rung === 'one' ? gate.wait() : undefined);
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await gate.arrived;
      await handle.executeUpdate(pauseUpdate, { args: [{ actor: 'jo' }] });
      gate.open();
      await progressUntil(handle, ({ standstill }) => standstill === 'paused');
      expect(world.calls).toEqual(['climb one']);
      await handle.executeUpdate(resumeUpdate, { args: [{ actor: 'jo' }] });
      expect((await handle.result()).status).toBe('recovered');
    });
  });

  it('needs an actor', async () => {
    const world = new LadderWorld();
    const gate = barrier();
    world.onClimb = () => gate.wait();
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await gate.arrived;
      await expect(handle.executeUpdate(pauseUpdate, { args: [{ actor: '' }] })).rejects.toThrow();
      gate.open();
      await handle.result();
    });
  });
});

describe('a step out of retries', () => {
  it('waits for an operator and goes on after retry', async () => {
    const world = new LadderWorld();
    world.onClimb = (rung) => {
      if (rung === 'two') throw fail('forbidden', 'may not climb');
    };
    await withLadder(address, world, async (start) => {
      const handle = await start();
      const parked = await progressUntil(handle, ({ standstill }) => standstill === 'needs-operator');
      expect(parked.operatorRequest).toMatchObject({ stepId: 'two', code: 'forbidden', allowed: ['retry', 'abort'] });
      world.onClimb = () => {};
      await handle.executeUpdate(decideUpdate, { args: [{ actor: 'jo', stepId: 'two', decision: 'retry' }] });
      expect((await handle.result()).status).toBe('recovered');
    });
  });

  it('rejects a skip of a step that must not be skipped, and a decision for another step', async () => {
    const world = new LadderWorld();
    world.onClimb = () => {
      throw fail('forbidden', 'may not climb');
    };
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await progressUntil(handle, ({ standstill }) => standstill === 'needs-operator');
      const skip = { actor: 'jo', stepId: 'one', decision: 'skip' } as const;
      await expect(handle.executeUpdate(decideUpdate, { args: [skip] })).rejects.toThrow();
      const other = { actor: 'jo', stepId: 'two', decision: 'retry' } as const;
      await expect(handle.executeUpdate(decideUpdate, { args: [other] })).rejects.toThrow();
      await handle.executeUpdate(decideUpdate, { args: [{ ...skip, decision: 'abort' }] });
      expect(await handle.result()).toMatchObject({ status: 'cancelled' });
    });
  });

  it('is partial after a skip, and names the skipped step', async () => {
    const world = new LadderWorld();
    world.onClimb = (rung) => {
      if (rung === 'optional') throw fail('forbidden', 'may not climb');
    };
    await withLadder(address, world, async (start) => {
      const handle = await start({ rungs: ['one', 'optional', 'two'] });
      await progressUntil(handle, ({ standstill }) => standstill === 'needs-operator');
      await handle.executeUpdate(decideUpdate, { args: [{ actor: 'jo', stepId: 'optional', decision: 'skip' }] });
      expect(await handle.result()).toMatchObject({ status: 'partial', problems: [{ target: 'optional' }] });
      expect(world.calls.at(-1)).toBe('climb two');
    });
  });

  it('undoes in reverse order after abort', async () => {
    const world = new LadderWorld();
    world.onClimb = (rung) => {
      if (rung === 'three') throw fail('forbidden', 'may not climb');
    };
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await progressUntil(handle, ({ standstill }) => standstill === 'needs-operator');
      await handle.executeUpdate(decideUpdate, { args: [{ actor: 'jo', stepId: 'three', decision: 'abort' }] });
      const result = await handle.result();
      expect(result).toMatchObject({ status: 'cancelled', left: [] });
      expect(world.calls.slice(-3)).toEqual(['descend three', 'descend two', 'descend one']);
      expect(world.standing.size).toBe(0);
    });
  });
});

describe('cancel', () => {
  it.each(['update', 'native'] as const)('by %s settles the running step first, then undoes', async (way) => {
    const world = new LadderWorld();
    const gate = barrier();
    world.onClimb = (rung) => (rung === 'two' ? gate.wait() : undefined);
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await gate.arrived;
      if (way === 'update')
        await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'jo', comment: 'wrong claim' }] });
      else await handle.cancel();
      gate.open();
      const result = await handle.result();
      expect(result).toMatchObject({ status: 'cancelled', left: [] });
      expect(world.calls).toEqual(['climb one', 'climb two', 'descend two', 'descend one']);
      expect(world.leases.size).toBe(0);
      if (way === 'update') expect(result).toMatchObject({ reason: 'cancelled by jo: wrong claim' });
    });
  });

  it('reverts nothing past the point of no return, but still puts back what was suspended', async () => {
    const world = new LadderWorld();
    const gate = barrier();
    world.onClimb = (rung) => (rung === 'three' ? gate.wait() : undefined);
    await withLadder(address, world, async (start) => {
      const handle = await start({ suspend: 'one', noReturnAt: 'three' });
      await gate.arrived;
      await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'jo' }] });
      gate.open();
      const result = await handle.result();
      expect(world.calls.slice(3)).toEqual(['descend one']);
      expect(result).toMatchObject({
        status: 'cancelled',
        undone: ['Descend one: descended one'],
        left: ['Descend three: not done, the ladder is burnt', 'Descend two: not done, the ladder is burnt'],
      });
    });
  });

  it('names an undo that failed as left, and runs the others', async () => {
    const world = new LadderWorld();
    const gate = barrier();
    world.onClimb = (rung) => (rung === 'three' ? gate.wait() : undefined);
    world.onDescend = (rung) => {
      if (rung === 'two') throw fail('forbidden', 'stuck');
    };
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await gate.arrived;
      await handle.executeUpdate(cancelUpdate, { args: [{ actor: 'jo' }] });
      gate.open();
      const result = await handle.result();
      expect(result).toMatchObject({ left: ['Descend two: failed with forbidden: stuck'] });
      expect(world.calls.at(-1)).toBe('descend one');
      expect((await handle.query(reportQuery)).problems[0]).toMatchObject({ code: 'forbidden' });
    });
  });

  it('while an operator is awaited ends in the same declared state', async () => {
    const world = new LadderWorld();
    world.onClimb = (rung) => {
      if (rung === 'two') throw fail('forbidden', 'may not climb');
    };
    await withLadder(address, world, async (start) => {
      const handle = await start();
      await progressUntil(handle, ({ standstill }) => standstill === 'needs-operator');
      await handle.cancel();
      expect((await handle.result()).status).toBe('cancelled');
      expect(world.standing.size).toBe(0);
    });
  });
});

describe('success', () => {
  it('puts back what was suspended before it verifies', async () => {
    const world = new LadderWorld();
    const seen: string[][] = [];
    world.evidence = () => {
      seen.push([...world.calls]);
      return { claim: 'ready', target: 'ladder', outcome: 'proved', detail: 'stands', source: 'eyes' };
    };
    await withLadder(address, world, async (start) => (await start({ suspend: 'one' })).result());
    expect(seen[0]?.at(-1)).toBe('descend one');
  });
});
