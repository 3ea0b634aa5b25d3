import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { ConfigError, type LocatedProblem } from './config-error.ts';
import { explainIssues, type InputProblem } from './explain-issues.ts';
import { resolvePaths } from './resolve-paths.ts';
import { type Inventory, inventorySchema } from './schema.ts';

/** Reads and checks the inventory. Throws ConfigError with every problem found. Paths in the answer are absolute. */
export function loadInventory(file: string): Inventory {
  const inventory = parseInventory(readText(file), file);
  return resolvePaths(inventory, dirname(resolve(file)));
}

/** Checks the text of an inventory; `file` is only named in errors. Defaults are filled in. */
export function parseInventory(text: string, file: string): Inventory {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => syntaxProblem(error.message, counter.linePos(error.pos[0])));
    throw new ConfigError(file, 'not valid YAML', problems);
  }
  const value: unknown = document.toJS();
  const outcome = inventorySchema.safeParse(value);
  if (outcome.success) return outcome.data;
  const problems = explainIssues(inventorySchema, value, outcome.error.issues).map((problem) => ({
    ...problem,
    ...position(document, counter, problem),
  }));
  problems.sort((left, right) => left.line - right.line || left.column - right.column);
  throw new ConfigError(
    file,
    `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in the inventory`,
    problems,
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : 'cannot be read';
    const next = 'Set REKINDLE_CONFIG to your inventory, or copy config/rekindle.example.yaml to rekindle.yaml.';
    throw new ConfigError(file, `${reason}. ${next}`, [], { cause });
  }
}

function syntaxProblem(message: string, { line, col }: { line: number; col: number }): LocatedProblem {
  return { path: '', keys: [], line, column: col, given: `"${message}"`, expected: 'YAML', advice: 'Mend the line.' };
}

/** Where the nearest part of the path that exists is written: the key of a field, or the item of a list. */
function position(document: Document, counter: LineCounter, { keys }: InputProblem): { line: number; column: number } {
  for (let length = keys.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(keys.slice(0, length - 1), true);
    const key = keys[length - 1];
    const node = isMap(parent)
      ? parent.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key
      : document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) {
      const { line, col } = counter.linePos(node.range[0]);
      return { line, column: col };
    }
  }
  return { line: 1, column: 1 };
}
