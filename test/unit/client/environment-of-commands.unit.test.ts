import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requester } from '../../../client/cli/actor.ts';
import { loadEnvironmentFile } from '../../../config/environment-file.ts';
import { sandboxHint } from '../../../config/sandbox-hint.ts';
import { terminalWishes } from '../../../config/terminal.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rekindle-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('--env-file', () => {
  it('fills in what is not set, and puts its folders before the PATH that there is', () => {
    const file = join(folder, 'env');
    writeFileSync(file, 'A=file\nB="two words"\nPATH="/parts:$PATH"\n');
    const variables: NodeJS.ProcessEnv = { A: 'shell', PATH: '/usr/bin' };
    loadEnvironmentFile(file, variables);
    expect(variables).toEqual({ A: 'shell', B: 'two words', PATH: '/parts:/usr/bin' });
  });

  it('that cannot be read is named', () => {
    expect(() => loadEnvironmentFile(join(folder, 'none'), {})).toThrow(/--env-file: .*none cannot be read/);
  });
});

describe('the hint at a sandbox', () => {
  beforeEach(() => {
    mkdirSync(join(folder, '.sandbox'));
    writeFileSync(join(folder, '.sandbox', 'env'), 'TEMPORAL_ADDRESS=127.0.0.1:1\n');
  });

  it('is given beside one, and nothing of it is read', () => {
    const variables: NodeJS.ProcessEnv = {};
    expect(sandboxHint(variables, folder)).toContain('--env-file .sandbox/env');
    expect(variables).toEqual({});
  });

  it.each(['REKINDLE_CONFIG', 'TEMPORAL_ADDRESS'])('is not given to whoever set %s', (name) => {
    expect(sandboxHint({ [name]: 'x' }, folder)).toBeNull();
  });

  it('is not given where there is none', () => {
    rmSync(join(folder, '.sandbox'), { recursive: true });
    expect(sandboxHint({}, folder)).toBeNull();
  });
});

describe('who acts', () => {
  it('is whom --actor names, else whom the environment names', () => {
    expect(requester(' jo ', 'env@host')).toEqual({ requestedBy: 'jo', actor: 'jo' });
    expect(requester(undefined, 'env@host')).toEqual({ requestedBy: 'env@host' });
  });

  it('is never nobody', () => {
    expect(() => requester('  ', 'env@host')).toThrow(/--actor: got nothing/);
  });
});

describe('colour', () => {
  it.each([
    [{}, true],
    [{ NO_COLOR: '' }, true],
    [{ NO_COLOR: '1' }, false],
    [{ TERM: 'dumb' }, false],
  ])('with %j is wished for: %s', (variables, colour) => {
    expect(terminalWishes(variables)).toEqual({ colour });
  });
});
