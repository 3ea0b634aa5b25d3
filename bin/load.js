import { pathToFileURL } from 'node:url';
import { programFor } from './program.js';

/** Runs a TypeScript module of this repository in this process, from the prepared program or, without a cache, file by file. */
export async function load(entry) {
  const program = await programFor(entry);
  if (program === null) (await import('tsx/esm/api')).register();
  await import(pathToFileURL(program ?? entry).href);
}
