import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash, prune } from '../../../worker/workflow-bundle.ts';

describe('the name of a workflow bundle', () => {
  let folder: string;
  let entry: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rekindle-bundle-'));
    entry = join(folder, 'index.ts');
    writeFileSync(entry, "export { one } from './one.ts';\n");
    writeFileSync(join(folder, 'one.ts'), 'export async function one() {}\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('stays while nothing changes', () => {
    expect(contentHash(entry)).toBe(contentHash(entry));
  });

  it.each([
    ['a module beside the entry changes', 'one.ts', 'export async function one() { return 1; }\n'],
    ['a module is added', 'two.ts', ''],
    ['the entry changes', 'index.ts', ''],
  ])('changes when %s', (_what, file, content) => {
    const before = contentHash(entry);
    writeFileSync(join(folder, file), content);
    expect(contentHash(entry)).not.toBe(before);
  });
});

it('bundles that are used no more go, and what was left of a bundling that was killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rekindle-bundles-'));
  const made = (name: string, minutesAgo: number) => {
    writeFileSync(join(folder, name), '');
    const at = Date.now() / 1000 - minutesAgo * 60;
    utimesSync(join(folder, name), at, at);
  };
  try {
    for (const age of [1, 2, 3, 4, 5, 6, 7]) made(`${age}.js`, age);
    made('2.js.17.tmp', 2);
    made('8.js.18.tmp', 120);
    prune(folder);
    expect(readdirSync(folder).sort()).toEqual(['1.js', '2.js', '2.js.17.tmp', '3.js', '4.js', '5.js', '6.js']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
