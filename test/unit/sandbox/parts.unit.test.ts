import { describe, expect, test } from 'vitest';
import { completeParameters, faults, findFault } from '../../../sandbox/faults/registry.ts';
import { partNames } from '../../../sandbox/parts/catalogue.ts';
import { digestIn } from '../../../sandbox/parts/download-release.ts';
import { recipes } from '../../../sandbox/parts/recipes.ts';

const a = 'a'.repeat(64);
const b = 'b'.repeat(64);

describe('digestIn', () => {
  test.each([
    ['a bare digest', `${a}\n`, 'kube-apiserver', a],
    ['the line that names the file', `${b}  other.tar.gz\n${a}  etcd.tar.gz\n`, 'etcd.tar.gz', a],
    ['no line for the file', `${b}  other.tar.gz\n${a}  another.tar.gz\n`, 'etcd.tar.gz', undefined],
    ['a web page instead of digests', '<html>404</html>', 'etcd.tar.gz', undefined],
    ['a digest that is cut off', a.slice(0, 60), 'kube-apiserver', undefined],
  ])('%s', (_, text, file, expected) => {
    expect(digestIn(text, file)).toBe(expected);
  });
});

test('every part has a recipe of its own name, and a release only together with its checksum', () => {
  for (const name of partNames) expect(recipes[name].name).toBe(name);
  for (const { release } of Object.values(recipes)) {
    if (release) expect(new URL(release.checksumUrl).host).toBe(new URL(release.url).host);
  }
});

describe('faults', () => {
  test('no two have the same name', () => {
    const names = faults.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test('defaults fill what is not given; what is given wins', () => {
    const fault = findFault('api-server-down');
    expect(completeParameters(fault, {}, 'break')).toEqual({ cluster: 'prod', host: 'all' });
    expect(completeParameters(fault, { host: 'prod-1' }, 'break')).toEqual({ cluster: 'prod', host: 'prod-1' });
  });
});
