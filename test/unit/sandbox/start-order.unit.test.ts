import { describe, expect, test } from 'vitest';
import { type ManagedPart, PartState } from '../../../sandbox/processes/managed-part.ts';
import { checkDependencies, inOrder } from '../../../sandbox/processes/start-order.ts';

function part(name: string, dependsOn: string[] = []): ManagedPart {
  return {
    name,
    dependsOn,
    start: async () => {},
    stop: async () => {},
    health: async () => ({ state: PartState.stopped }),
  };
}

const parts = [part('seed', ['controllers', 'front']), part('controllers', ['front']), part('front'), part('temporal')];

async function orderOf(direction: 'forward' | 'backward'): Promise<string[]> {
  const order: string[] = [];
  await inOrder(parts, direction, async ({ name }) => {
    await new Promise((resolve) => setTimeout(resolve, name === 'front' ? 5 : 1));
    order.push(name);
  });
  return order;
}

describe('inOrder', () => {
  test('a part comes after everything that it depends on', async () => {
    const order = await orderOf('forward');
    expect(order.indexOf('front')).toBeLessThan(order.indexOf('controllers'));
    expect(order.indexOf('controllers')).toBeLessThan(order.indexOf('seed'));
    expect(order).toHaveLength(4);
  });

  test('backward, a part comes after everything that depends on it', async () => {
    const order = await orderOf('backward');
    expect(order.indexOf('seed')).toBeLessThan(order.indexOf('controllers'));
    expect(order.indexOf('controllers')).toBeLessThan(order.indexOf('front'));
  });

  test('what does not depend on each other runs side by side', async () => {
    let running = 0;
    let most = 0;
    await inOrder([part('a'), part('b')], 'forward', async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
    });
    expect(most).toBe(2);
  });

  test('after a failure the parts behind it are not tried, the others are, and the error names the part', async () => {
    const done: string[] = [];
    const run = inOrder(parts, 'forward', async ({ name }) => {
      if (name === 'front') throw new Error('no such program');
      done.push(name);
    });
    await expect(run).rejects.toThrow('front: no such program');
    expect(done).toEqual(['temporal']);
  });
});

describe('checkDependencies', () => {
  test('names a dependency that does not exist', () => {
    expect(() => checkDependencies([part('a', ['ghost'])])).toThrow('a depends on ghost');
  });

  test('names parts that wait for each other', () => {
    expect(() => checkDependencies([part('a', ['b']), part('b', ['a'])])).toThrow('wait for each other: a, b');
  });
});
