import { describe, expect, it } from 'vitest';
import { machinePaths, missingOfScenarios, scenarioFiles, vaguelyNamed } from './layout.ts';
import { readRepositoryFile, repositoryPaths } from './source-file.ts';

const paths = repositoryPaths();

describe('the repository', () => {
  it('has every file, test and README row of every scenario', () => {
    expect(missingOfScenarios(paths, readRepositoryFile('README.md'))).toEqual([]);
  });

  it('names every module after what it is for', () => {
    expect(vaguelyNamed(paths)).toEqual([]);
  });

  it('names no path of a machine', () => {
    const texts = paths.filter((path) => /\.(ts|js|cjs|md|ya?ml|json)$/.test(path) && path !== 'package-lock.json');
    expect(texts.flatMap((path) => machinePaths(readRepositoryFile(path)).map((found) => `${path}: ${found}`))).toEqual(
      [],
    );
  });
});

describe('the check of scenarios', () => {
  const whole = [
    ...scenarioFiles.map((file) => `workflows/volume-rebind/${file}`),
    'test/unit/volume-rebind/decide.unit.test.ts',
    'test/sandbox/volume-rebind/recovered.sandbox.test.ts',
    'test/matrix/volume-rebind.ts',
  ];
  const readme = '| [volume-rebind](workflows/volume-rebind/README.md) | a lost volume |';

  it('accepts a scenario that has everything', () => {
    expect(missingOfScenarios(whole, readme)).toEqual([]);
  });

  it.each(whole)('finds that %s is missing', (path) => {
    const rest = whole.filter((other) => other !== path);
    expect(missingOfScenarios(rest, readme)).toHaveLength(1);
  });

  it('finds a missing row of the table, also when the text names the scenario elsewhere', () => {
    expect(missingOfScenarios(whole, 'See workflows/volume-rebind/README.md.')).toHaveLength(1);
  });

  it('finds a folder that is no known slug', () => {
    const renamed = whole.map((path) => path.replace('volume-rebind', 'volume-rebound'));
    expect(missingOfScenarios(renamed, readme.replace('volume-rebind/', 'volume-rebound/'))).toEqual([
      'volume-rebound is not in workflows/slugs.ts',
    ]);
  });
});

describe('the check of names', () => {
  it.each(['worker/utils.ts', 'activities/ec2/helpers.ts', 'sandbox/common/a.ts', 'test/util.test.ts'])(
    'finds %s',
    (path) => {
      expect(vaguelyNamed([path])).toEqual([path]);
    },
  );

  it('leaves names that only contain such a word', () => {
    expect(vaguelyNamed(['sandbox/library-of-faults.ts', 'activities/commonplace.ts'])).toEqual([]);
  });
});

describe('the check of paths', () => {
  it.each(['root/x', 'home/jo/x', 'Users/jo/x'])('finds a path below /%s', (below) => {
    const path = `/${below}`;
    expect(machinePaths(`cd ${path}`)).toEqual([path]);
  });

  it('leaves paths below a home that is not named', () => {
    expect(machinePaths('~/.cache/x and $HOME/root/x and workflows/home/x')).toEqual([]);
  });
});
