/** `npm run demo`: a database loses its volume, and Rekindle brings it back. The sandbox stays up for looking around. */
import { sandboxDirectory } from '../environment.ts';
import { openSandbox, type Sandbox } from '../sandbox.ts';
import { productionDatabase } from '../seed/production.ts';
import { inWords, isWhole, readProduction } from './production-database.ts';
import { runRekindle, startCodecServer, startWorker } from './rekindle-processes.ts';

const { namespace, claim, pod } = productionDatabase;
const workflowId = `volume-rebind/prod/${namespace}/${claim}`;
let phase = 0;

function announce(title: string): void {
  phase += 1;
  console.log(`\n== ${phase}. ${title}`);
}

async function demo(sandbox: Sandbox): Promise<void> {
  announce('A cluster on this machine (the first time its parts are fetched or built, which takes a while)');
  await sandbox.up();
  if (!isWhole(await readProduction(sandbox))) {
    console.log('the database is not whole any more, from an earlier run: back to the clean state');
    await sandbox.reset();
  }

  announce(`The database ${namespace}/${pod}, a real PostgreSQL on the volume of claim ${claim}`);
  console.log(`before  ${inWords(await readProduction(sandbox))}`);

  announce('The disaster');
  console.log(await sandbox.break('volume-deleted', { namespace, pvc: claim }));
  console.log(`now     ${inWords(await readProduction(sandbox))}`);

  announce('The recovery, a Temporal workflow');
  await startWorker(sandbox);
  const input = JSON.stringify({ namespace, pvc: claim });
  const started = Date.now();
  const code = await runRekindle(sandbox, [
    ...['start', 'volume-rebind', '--cluster', 'prod', '--input', input],
    ...['--reason', 'demo: its volume was deleted', '--wait'],
  ]);
  if (code !== 0) throw new Error(`the recovery ended with exit code ${code}`);
  const seconds = ((Date.now() - started) / 1000).toFixed(1);

  announce('The proof');
  const after = await readProduction(sandbox);
  console.log(`after   ${inWords(after)}`);
  if (!isWhole(after)) throw new Error('the rows did not come back as they were');
  console.log(`every row is back, ${seconds} s after the command`);

  announce('The report');
  if ((await runRekindle(sandbox, ['report', workflowId])) !== 0) throw new Error('the report cannot be read');

  announce('To look around');
  const codec = await startCodecServer(sandbox);
  console.log(`Temporal UI      ${sandbox.temporalUiUrl}/namespaces/default/workflows`);
  console.log(`its payloads     are encrypted: log in at ${codec.url} with the token in ${codec.tokenFile}`);
  console.log(`the command line set -a; . ${sandbox.dir}/env; set +a; npx rekindle list`);
  console.log('break more       npm run sandbox -- break');
  console.log('stop everything  npm run sandbox -- down');
}

try {
  await demo(openSandbox(sandboxDirectory(), (line) => console.log(`sandbox: ${line}`)));
} catch (error) {
  console.error(`\nThe demo failed: ${error instanceof Error ? error.message : String(error)}`);
  console.error('What runs stays up; `npm run sandbox -- status` shows it, `npm run sandbox -- down` stops it.');
  process.exitCode = 1;
}
