import { describe, expect, it } from 'vitest';
import { BatchedReads, SharedReads } from '../../../activities/shared-reads.ts';

/** A system that answers when the test lets it, with how often something was changed by the time that it was asked. */
function system() {
  const open: (() => void)[] = [];
  const asked: string[][] = [];
  const state = { changes: 0 };
  const ask = async (keys: readonly string[]) => {
    asked.push([...keys]);
    const seen = state.changes;
    await new Promise<void>((resolve) => open.push(resolve));
    return seen;
  };
  const answer = async () => {
    open.shift()?.();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  };
  return { state, asked, ask, answer };
}

describe('shared reads', () => {
  it('ask once for all who ask while another read is under way, and only after all of them did', async () => {
    const { state, asked, ask, answer } = system();
    const reads = new SharedReads();
    const read = () => reads.read('pods', () => ask(['pods']));
    const first = read();
    await answer(); // lets it begin
    state.changes = 1;
    const late = [read(), read(), read()];
    await answer();
    await answer();
    expect(await first).toBe(0);
    expect(await Promise.all(late)).toEqual([1, 1, 1]);
    expect(asked).toHaveLength(2);
  });

  it('give an error to all who waited for it, and to nobody after them', async () => {
    const reads = new SharedReads();
    const failing = () => reads.read('pods', () => Promise.reject(new Error('away')));
    const both = await Promise.allSettled([failing(), failing()]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await reads.read('pods', async () => 'here')).toBe('here');
  });

  it('let one give up alone', async () => {
    const { ask, answer } = system();
    const reads = new SharedReads();
    const own = new AbortController();
    const one = reads.read('pods', () => ask(['pods']), own.signal);
    const other = reads.read('pods', () => ask(['pods']));
    const given = expect(one).rejects.toThrow('enough');
    own.abort(new Error('enough'));
    await given;
    await answer();
    await answer();
    expect(await other).toBe(0);
  });
});

describe('batched reads', () => {
  it('ask alone for the first key and together for those that came meanwhile', async () => {
    const { asked, ask, answer } = system();
    const reads = new BatchedReads(async (keys) => {
      const seen = await ask(keys);
      return new Map(keys.map((key) => [key, `${key} at ${seen}`]));
    });
    const first = reads.read('a');
    await answer();
    const others = [reads.read('b'), reads.read('c'), reads.read('b')];
    await answer();
    await answer();
    await answer();
    expect(await first).toBe('a at 0');
    expect(await Promise.all(others)).toEqual(['b at 0', 'c at 0', 'b at 0']);
    expect(asked).toEqual([['a'], ['b', 'c']]);
  });
});
