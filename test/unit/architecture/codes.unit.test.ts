import { expect, it } from 'vitest';
import { codes } from '../../../errors/codes.ts';
import { repositorySources } from './source-file.ts';

const used = new Set(
  repositorySources()
    .filter(({ path }) => /^(activities|client|config|temporal|worker|workflows)\//.test(path))
    .flatMap(({ strings }) => [...strings]),
);

it.each(Object.keys(codes))('the code %s is raised somewhere', (code) => {
  expect(used.has(code)).toBe(true);
});

it('a code that nobody raises would be found', () => {
  expect(used.has('a-code-that-nobody-raises')).toBe(false);
});
