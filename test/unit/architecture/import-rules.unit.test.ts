import { describe, expect, it } from 'vitest';
import { importRules } from './import-rules.ts';
import { parseSource, repositorySources } from './source-file.ts';

const sources = repositorySources();

describe('the repository', () => {
  it.each(Object.entries(importRules))('keeps the rule %s', (_name, rule) => {
    expect(rule(sources)).toEqual([]);
  });
});

/** Each rule against the smallest module that breaks it. A rule without a line here is not known to find anything. */
const breaches: Readonly<Record<keyof typeof importRules, readonly (readonly [path: string, text: string])[]>> = {
  areas: [
    ['client/a.ts', "import { x } from '../activities/ec2/client.ts';"],
    ['client/a.ts', "import type { X } from '../activities/ec2/types.ts';"],
    ['workflows/volume-rebind/workflow.ts', "import { x } from '../../activities/ec2/types.ts';"],
    ['workflows/volume-rebind/workflow.ts', "import { type X } from '../../activities/ec2/types.ts';"],
    ['activities/ec2/client.ts', "import type { X } from '../../worker/wiring.ts';"],
    ['worker/main.ts', "import { openSandbox } from '../sandbox/sandbox.ts';"],
    ['config/load.ts', "export { x } from '../test/x.ts';"],
    ['errors/codes.ts', "type X = import('../config/schema.ts').Inventory;"],
  ],
  contractsOnly: [
    ['client/a.ts', "import { volumeRebind } from '../workflows/volume-rebind/workflow.ts';"],
    ['activities/ec2/a.ts', "import { decide } from '../../workflows/volume-rebind/decide.ts';"],
  ],
  workerCommand: [['client/a.ts', "import { wire } from '../worker/wiring.ts';"]],
  workflowBundle: [
    ['workflows/index.ts', "import { readFileSync } from 'node:fs';"],
    ['workflows/index.ts', "import { z } from 'zod';"],
    ['workflows/index.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
    ['workflows/index.ts', "export const load = () => import('./later.ts');"],
    ['workflows/index.ts', "import { schema } from './volume-rebind/input-schema.ts';"],
  ],
  vendors: [
    ['activities/ec2/activities.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
    ['activities/ec2/activities.ts', "import type { Volume } from '@aws-sdk/client-ec2';"],
    ['activities/ec2/translate.ts', "import { EC2ServiceException } from '@aws-sdk/client-ec2';"],
    ['activities/kubernetes/deep/client.ts', "import { KubeConfig } from '@kubernetes/client-node';"],
  ],
  vendorsElsewhere: [
    ['worker/wiring.ts', "import { EC2Client } from '@aws-sdk/client-ec2';"],
    ['client/doctor.ts', "import type { KubeConfig } from '@kubernetes/client-node';"],
  ],
  schemasAtTheEdge: [
    ['workflows/volume-rebind/contract.ts', "import { z } from 'zod';"],
    ['workflows/volume-rebind/decide.ts', "import { createHash } from 'node:crypto';"],
  ],
  environment: [
    ['worker/main.ts', 'export const level = process.env.LOG_LEVEL;'],
    ['worker/main.ts', "export const level = process['env'].LOG_LEVEL;"],
    ['activities/ec2/client.ts', "import { env } from 'node:process';"],
    ['sandbox/main.ts', 'export const all = { ...process.env };'],
  ],
  namedExports: [['workflows/index.ts', "export * from './volume-rebind/workflow.ts';"]],
  computedImports: [['client/a.ts', 'export const load = (name: string) => import(name);']],
};

describe('each rule', () => {
  const cases = Object.entries(breaches).flatMap(([name, files]) =>
    files.map(([path, text]) => ({ name: name as keyof typeof importRules, path, text })),
  );

  it.each(cases)('$name finds `$text` in $path', ({ name, path, text }) => {
    expect(importRules[name]([parseSource(path, text)])).toHaveLength(1);
  });

  it('follows the bundle of the workflows through its modules', () => {
    const files = [
      parseSource('workflows/index.ts', "export { a } from './a/workflow.ts';"),
      parseSource('workflows/a/workflow.ts', "import { code } from '../../errors/codes.ts';"),
      parseSource('errors/codes.ts', "import { hostname } from 'node:os';"),
    ];
    expect(importRules.workflowBundle(files)).toEqual(['errors/codes.ts imports node:os: not in workflow code']);
  });

  it('lets types through where only types may go', () => {
    const file = parseSource('workflows/a/workflow.ts', "import type { X } from '../../activities/ec2/types.ts';");
    for (const rule of Object.values(importRules)) expect(rule([file])).toEqual([]);
  });

  it('fails on a file that it cannot parse', () => {
    expect(() => parseSource('client/a.ts', 'import { from')).toThrow('client/a.ts');
  });
});
