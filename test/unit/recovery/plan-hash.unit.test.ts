import { describe, expect, it } from 'vitest';
import { hashJson } from '../../../workflows/recovery/plan-hash.ts';

describe('hash of a plan', () => {
  it('is the same whatever the order of the keys, at any depth', () => {
    expect(hashJson({ a: 1, b: [{ c: 2, d: 3 }] })).toBe(hashJson({ b: [{ d: 3, c: 2 }], a: 1 }));
  });

  it('treats an absent and an undefined field alike', () => {
    expect(hashJson({ a: 1, b: undefined })).toBe(hashJson({ a: 1 }));
  });

  it.each([
    ['a value', { a: 1 }, { a: 2 }],
    ['the order of a list', { a: [1, 2] }, { a: [2, 1] }],
    ['null against absence', { a: null }, {}],
    ['a number against its text', { a: 1 }, { a: '1' }],
  ])('differs by %s', (_what, left, right) => {
    expect(hashJson(left)).not.toBe(hashJson(right));
  });

  it('is the SHA-256 of the canonical JSON', () => {
    expect(hashJson({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
