import { slugs } from '../../../workflows/slugs.ts';

/** Folders of `workflows/` that are no scenario: what all share, and the entities that recoveries talk to. */
export const otherWorkflowFolders: readonly string[] = ['recovery', 'lease', 'velero'];

/** What is in every scenario's folder. */
export const scenarioFiles: readonly string[] = [
  'README.md',
  'contract.ts',
  'decide.ts',
  'input-schema.ts',
  'workflow.ts',
];

/** Names that say nothing about what a module is for. */
const vagueNames = /(^|\/)(utils?|helpers?|common|misc|shared|lib)(\.[^/]+|\/)/;

/** What every scenario must have, by the paths of the repository and the text of README.md. Gives sentences on what is missing. */
export function missingOfScenarios(paths: readonly string[], readme: string): string[] {
  const present = new Set(paths);
  const folders = new Set(
    paths.filter((path) => /^workflows\/[^/]+\//.test(path)).map((path) => path.split('/')[1] ?? ''),
  );
  return [...folders]
    .filter((folder) => !otherWorkflowFolders.includes(folder))
    .flatMap((slug) => {
      const missing = scenarioFiles
        .filter((file) => !present.has(`workflows/${slug}/${file}`))
        .map((file) => `workflows/${slug}/${file} is missing`);
      if (!(slugs as readonly string[]).includes(slug)) missing.push(`${slug} is not in workflows/slugs.ts`);
      for (const [kind, project] of [
        ['unit', 'unit'],
        ['sandbox', '(sandbox|velero)'],
      ]) {
        const test = new RegExp(`^test/${kind}/${slug}/.*\\.${project}\\.test\\.ts$`);
        if (!paths.some((path) => test.test(path))) missing.push(`test/${kind}/${slug}/ has no ${kind} test`);
      }
      if (!present.has(`test/matrix/${slug}.ts`)) missing.push(`test/matrix/${slug}.ts is missing`);
      if (!tableRows(readme).some((row) => row.includes(`workflows/${slug}/README.md`))) {
        missing.push(`README.md has no row of a table that links workflows/${slug}/README.md`);
      }
      return missing;
    });
}

function tableRows(markdown: string): string[] {
  return markdown.split('\n').filter((line) => line.startsWith('|'));
}

export function vaguelyNamed(paths: readonly string[]): string[] {
  return paths.filter((path) => vagueNames.test(path));
}

/** Absolute paths of a machine's user, which do not belong into a repository. */
export function machinePaths(text: string): string[] {
  return text.match(/(?<![\w.~/-])\/(root|home\/[a-z][\w-]*|Users\/\w+)\/[\w.-]+/g) ?? [];
}
