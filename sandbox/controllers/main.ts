/** The controllers of one cluster: `main.ts <state directory> <cluster> <kubeconfig> <directory of PostgreSQL's programs>`. */
import { writeFileSync } from 'node:fs';
import { openContext } from '../context.ts';
import { runControllers } from './controllers.ts';
import { readyFile } from './controllers-part.ts';

const [dir, cluster, kubeconfig, postgresql] = process.argv.slice(2);
if (!dir || !cluster || !kubeconfig || !postgresql)
  throw new Error('usage: main.ts <dir> <cluster> <kubeconfig> <postgresql>');

const context = openContext(dir, (line) => console.log(`${new Date().toISOString()} ${line}`));
// Nothing needs to be finished: a killed process is taken up again where it was, databases included.
for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(0));
process.on('unhandledRejection', (error) =>
  context.report(`unhandled: ${error instanceof Error ? error.stack : error}`),
);

await runControllers({
  context,
  cluster,
  kubeconfig,
  postgresql,
  endpoint: `http://127.0.0.1:${context.state.knownPort('aws-front')}`,
  region: 'us-east-1',
  onReady: () => writeFileSync(readyFile(context, cluster), `${process.pid}\n`),
});
