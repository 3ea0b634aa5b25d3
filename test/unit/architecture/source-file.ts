import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync, Visitor } from 'oxc-parser';

export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url));

export interface ImportedModule {
  /** Path from the root of the repository for a relative import, else the specifier as written. */
  readonly target: string;
  /** False when the compiler removes the import: it does not exist when the program runs. */
  readonly runtime: boolean;
  readonly dynamic: boolean;
}

/** What the tests of the architecture know of one module. */
export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly imports: readonly ImportedModule[];
  /** Every string literal of the module, specifiers and types included. */
  readonly strings: ReadonlySet<string>;
  readonly readsEnvironment: boolean;
  /** True when it has an `export * from`. */
  readonly exportsEverything: boolean;
  /** Names that it exports, values only. */
  readonly exportedValues: readonly string[];
}

/** Throws when the text cannot be parsed: a rule must not pass because a file was not understood. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, module, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: ImportedModule[] = [];
  const strings = new Set<string>();
  let readsEnvironment = false;
  let exportsEverything = false;
  const add = (specifier: string, runtime: boolean, dynamic = false) => {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
    imports.push({ target, runtime, dynamic });
    if (specifier === 'node:process' && runtime) readsEnvironment = true;
  };
  new Visitor({
    ImportDeclaration: ({ source, importKind }) => add(source.value, importKind !== 'type'),
    ExportNamedDeclaration({ source, exportKind }) {
      if (source) add(source.value, exportKind !== 'type');
    },
    ExportAllDeclaration({ source, exportKind, exported }) {
      add(source.value, exportKind !== 'type');
      if (exported === null) exportsEverything = true;
    },
    ImportExpression({ source }) {
      // One that is computed cannot be judged, so it counts as an import of everything.
      add(source.type === 'Literal' && typeof source.value === 'string' ? source.value : '(computed)', true, true);
    },
    TSImportType: ({ source }) => add(source.value, false),
    MemberExpression({ object, property }) {
      if (object.type !== 'Identifier' || object.name !== 'process') return;
      const name = property.type === 'Identifier' ? property.name : property.type === 'Literal' ? property.value : null;
      if (name === 'env') readsEnvironment = true;
    },
    Literal({ value }) {
      if (typeof value === 'string') strings.add(value);
    },
  }).visit(program);
  const exportedValues = module.staticExports
    .flatMap(({ entries }) => entries)
    .filter(({ isType, exportName }) => !isType && exportName.name !== null)
    .map(({ exportName }) => exportName.name ?? '');
  return { path, imports, strings, readsEnvironment, exportsEverything, exportedValues };
}

const notOurs = new Set(['node_modules', 'dist', 'coverage']);

function walk(directory: string): string[] {
  return readdirSync(join(repositoryRoot, directory), { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith('.') || notOurs.has(entry.name)) return [];
    const path = posix.join(directory, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

/** Every file of the repository that is ours, hidden ones excepted. */
export function repositoryPaths(): string[] {
  return walk('.');
}

export function readRepositoryFile(path: string): string {
  return readFileSync(join(repositoryRoot, path), 'utf8');
}

/** Every TypeScript and JavaScript module of the repository. */
export function repositorySources(): SourceFile[] {
  return repositoryPaths()
    .filter((path) => /\.(ts|js|cjs|mjs)$/.test(path))
    .map((path) => parseSource(path, readRepositoryFile(path)));
}
