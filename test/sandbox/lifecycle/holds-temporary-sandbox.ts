/** A program that has a sandbox with one process, says where they are, and never ends by itself. */
import { mkdirSync } from 'node:fs';
import { ensureProcess } from '../../../sandbox/processes/detached-process.ts';
import { temporarySandbox } from '../../../sandbox/temporary-sandbox.ts';

const { sandbox } = temporarySandbox('held', () => {}, undefined);
mkdirSync(sandbox.context.path('logs'), { recursive: true });
const { record } = await ensureProcess(sandbox.context, { name: 'sleeper', command: 'sleep', args: ['600'] });
console.log(JSON.stringify({ dir: sandbox.dir, process: record }));
setInterval(() => {}, 60_000);
