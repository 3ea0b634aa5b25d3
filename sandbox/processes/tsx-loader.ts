import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

/** The URL for `node --import` that lets Node run TypeScript, found beside this file and not in the working directory. */
export const tsxLoader: string = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
