import { builtinModules } from 'node:module';
import type { ImportedModule, SourceFile } from './source-file.ts';

/** One module that breaks a rule, in words that say what to do. */
export type Violation = string;

type Rule = (files: readonly SourceFile[]) => Violation[];

const product = ['activities', 'client', 'config', 'errors', 'temporal', 'worker', 'workflows'] as const;

function area(path: string): string {
  return path.split('/')[0] ?? '';
}

function isFile({ target }: ImportedModule): boolean {
  return /\.(ts|js|cjs|json)$/.test(target) && !target.startsWith('@') && !isBuiltin(target) && target.includes('/');
}

function isBuiltin(target: string): boolean {
  return target.startsWith('node:') || builtinModules.includes(target);
}

function isInputSchema(path: string): boolean {
  return /(^|\/)input-schemas?\.ts$/.test(path);
}

/** Every file in `area` against a test of each of its imports; `say` makes the sentence. */
function eachImport(
  files: readonly SourceFile[],
  within: (path: string) => boolean,
  forbidden: (imported: ImportedModule, path: string) => boolean,
  why: string,
): Violation[] {
  return files
    .filter(({ path }) => within(path))
    .flatMap(({ path, imports }) =>
      imports.filter((imported) => forbidden(imported, path)).map(({ target }) => `${path} imports ${target}: ${why}`),
    );
}

/** Which areas an area may import, and whether at run time. What is missing here is forbidden. */
const allowedAreas: Readonly<Record<(typeof product)[number], Readonly<Record<string, 'runtime' | 'types'>>>> = {
  errors: {},
  config: { errors: 'runtime', workflows: 'runtime' },
  workflows: { errors: 'runtime', activities: 'types' },
  activities: { errors: 'runtime', config: 'runtime', workflows: 'runtime' },
  temporal: { errors: 'runtime', config: 'runtime', workflows: 'runtime' },
  client: { errors: 'runtime', config: 'runtime', workflows: 'runtime', temporal: 'runtime', worker: 'runtime' },
  worker: {
    errors: 'runtime',
    config: 'runtime',
    workflows: 'runtime',
    temporal: 'runtime',
    activities: 'runtime',
  },
};

const areas: Rule = (files) =>
  product.flatMap((from) =>
    eachImport(
      files,
      (path) => area(path) === from,
      (imported) => {
        const to = area(imported.target);
        if (!isFile(imported) || to === from) return false;
        const allowed = allowedAreas[from][to];
        return allowed === undefined || (allowed === 'types' && imported.runtime);
      },
      `${from}/ may import ${Object.entries(allowedAreas[from])
        .map(([to, how]) => (how === 'types' ? `types of ${to}/` : `${to}/`))
        .join(', ')} and nothing else of the repository`,
    ),
  );

/** Modules of `workflows/` that hold no workflow: what the outside may take at run time. */
const contracts =
  /^workflows\/(slugs|input-schemas|[^/]+\/(contract|input-schema|messages|search-attributes|result))\.ts$/;

const contractsOnly: Rule = (files) =>
  eachImport(
    files,
    (path) => ['client', 'activities', 'config', 'temporal'].includes(area(path)),
    (imported) => area(imported.target) === 'workflows' && imported.runtime && !contracts.test(imported.target),
    'of workflows/ only contracts, messages, results and schemas exist outside of a workflow; import the type',
  );

const workerCommand: Rule = (files) =>
  eachImport(
    files,
    (path) => area(path) === 'client',
    (imported) => area(imported.target) === 'worker' && !/^worker\/(main|agent|doctor\/)/.test(imported.target),
    'the command line starts programs of worker/ and uses nothing else of it',
  );

/** Packages that may be in the bundle of the workflows. */
const inWorkflows = /^@temporalio\/(workflow|common)$|^@noble\/hashes\//;

/** Follows what exists at run time from the module of all workflows. */
const workflowBundle: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const violations: Violation[] = [];
  const seen = new Set<string>();
  const open = ['workflows/index.ts'];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (file === undefined || seen.has(path)) continue;
    seen.add(path);
    for (const imported of file.imports.filter(({ runtime }) => runtime)) {
      const { target, dynamic } = imported;
      if (dynamic) violations.push(`${path} imports ${target} dynamically: a workflow must be one bundle`);
      else if (!isFile(imported)) {
        if (!inWorkflows.test(target)) violations.push(`${path} imports ${target}: not in workflow code`);
      } else if (isInputSchema(target))
        violations.push(`${path} imports ${target}: schemas stay outside of workflow code`);
      else open.push(target);
    }
  }
  return violations;
};

/** Packages of no vendor: any module of an adapter may use them. */
const plainPackages = /^@temporalio\/(activity|client|common|proto)$|^(yaml|zod|pino|croner)$/;

const vendors: Rule = (files) =>
  eachImport(
    files,
    (path) => area(path) === 'activities',
    (imported, path) => {
      if (isFile(imported) || isBuiltin(imported.target) || plainPackages.test(imported.target)) return false;
      if (/^activities\/[^/]+\/client\.ts$/.test(path)) return false;
      return imported.runtime || !/^activities\/[^/]+\/translate\.ts$/.test(path);
    },
    'a vendor is imported in activities/<system>/client.ts; translate.ts beside it may name its types',
  );

const vendorsElsewhere: Rule = (files) =>
  eachImport(
    files,
    (path) => ['client', 'config', 'errors', 'temporal', 'worker', 'workflows'].includes(area(path)),
    ({ target }) => /^@(aws-sdk|smithy|kubernetes)\//.test(target),
    'vendors are known to adapters only',
  );

const schemasAtTheEdge: Rule = (files) =>
  eachImport(
    files,
    (path) => area(path) === 'workflows' && !isInputSchema(path),
    ({ target }) => target === 'zod' || isBuiltin(target),
    'zod belongs into input-schema.ts, built-in modules into activities',
  );

const environment: Rule = (files) =>
  files
    .filter(({ readsEnvironment }) => readsEnvironment)
    .filter(({ path }) => !/^(config|bin|test)\/|^sandbox\/environment\.ts$|^vitest\.config\.ts$/.test(path))
    .map(({ path }) => `${path} reads the environment: only config/ does, and sandbox/environment.ts for the sandbox`);

const namedExports: Rule = (files) =>
  files
    .filter(({ path, exportsEverything }) => area(path) === 'workflows' && exportsEverything)
    .map(({ path }) => `${path} has an "export *": every function exported from the index becomes a workflow`);

const computedImports: Rule = (files) =>
  eachImport(
    files,
    (path) => (product as readonly string[]).includes(area(path)),
    ({ target }) => target === '(computed)',
    'name the module, so that it can be judged',
  );

export const importRules = {
  areas,
  contractsOnly,
  workerCommand,
  workflowBundle,
  vendors,
  vendorsElsewhere,
  schemasAtTheEdge,
  environment,
  namedExports,
  computedImports,
} as const satisfies Record<string, Rule>;
