// `node bin/run.js FILE.ts ARGUMENTS...`: a TypeScript program of this repository, started as fast as its prepared form allows.
import { resolve } from 'node:path';
import { load } from './load.js';

const [node, , file, ...args] = process.argv;
process.argv = [node, resolve(file), ...args];
await load(resolve(file));
