import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Slug } from '../../workflows/slugs.ts';

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Seconds of each recovery by the plain program, in order. Its start is not counted. */
export async function runPlainProgram(
  env: Readonly<Record<string, string>>,
  slug: Slug,
  inputs: readonly object[],
): Promise<number[]> {
  const args = ['--import', 'tsx', '--import', path('./plain-loader.js'), path('./plain-program.ts'), slug];
  const child = spawn(process.execPath, [...args, JSON.stringify(inputs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_NO_WARNINGS: '1', ...env },
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0) throw new Error(`the plain program ended with ${code}`);
  return output
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { milliseconds: number }).milliseconds / 1000);
}
