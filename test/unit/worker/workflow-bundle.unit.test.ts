import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash } from '../../../worker/workflow-bundle.ts';

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
