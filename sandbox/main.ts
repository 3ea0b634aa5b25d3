/** `npm run sandbox -- up | down | reset | status | break <fault> | heal <fault>` */
import { sandboxDirectory } from './environment.ts';
import type { Fault, FaultParameter, FaultParameters } from './faults/fault.ts';
import { openSandbox, type UpOptions } from './sandbox.ts';
import { renderStatus } from './status-table.ts';

function usage(faults: readonly Fault[]): string {
  return `Real parts on one machine: Temporal, Kubernetes, an AWS emulator, databases.

  up [--hosts 3] [--with velero]  start what is missing, repair what is half-dead; --hosts at the first start: control-plane
                                hosts of prod (default 1); --with: from now on, velero: Velero's server too; dr: a second
                                cluster, both with Velero
  fleet [--nodes 30]            that many more nodes in three zones, with what runs on a large cluster; up to 500
  down                          end every process; data stays
  reset                         back to the clean seeded state
  status [-o json]              state, pid and ports of each part; exit 1 when one does not run
  break <fault> [--key value]   make one of the faults below
  heal <fault> [--key value]    undo it

Faults:
${faults.map((fault) => `  ${fault.name.padEnd(22)} ${fault.summary}${parameterList(fault.parameters)}`).join('\n')}

State: ${sandboxDirectory()} (REKINDLE_SANDBOX_DIR chooses another). To use it: set -a; . ${sandboxDirectory()}/env`;
}

function parameterList(parameters: readonly FaultParameter[]): string {
  return parameters
    .map(({ name, summary, default: fallback }) => {
      const presence = fallback === undefined ? 'required' : `default ${fallback || '""'}`;
      return `\n${' '.repeat(27)}--${name}: ${summary} (${presence})`;
    })
    .join('');
}

/** `--key value` and `--key=value` pairs; a key at the end or before another key is a mistake. */
function parseParameters(args: readonly string[]): FaultParameters {
  const parameters: Record<string, string> = {};
  for (let index = 0; index < args.length; index += 1) {
    const [, key, inline] = /^--([\w-]+)(?:=(.*))?$/.exec(args[index] ?? '') ?? [];
    if (key === undefined) throw new Error(`expected --key value, found ${args[index]}`);
    const value = inline ?? args[++index];
    if (value === undefined || (inline === undefined && value.startsWith('--')))
      throw new Error(`--${key} needs a value`);
    parameters[key] = value;
  }
  return parameters;
}

function upOptions({ hosts, with: extra, ...others }: FaultParameters): UpOptions {
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new Error(`up has no option --${unknown}; it takes: --hosts, --with`);
  const extras = extra === undefined ? {} : { extras: extra.split(',') };
  if (hosts === undefined) return extras;
  if (!/^[135]$/.test(hosts)) throw new Error(`--hosts: got ${hosts}, expected 1, 3 or 5`);
  return { hosts: Number(hosts), ...extras };
}

const began = Date.now();
const sandbox = openSandbox(sandboxDirectory(), (line) => console.error(`sandbox: ${line}`));
const seconds = () => ((Date.now() - began) / 1000).toFixed(1);

function tellWhereThingsAre(): void {
  console.log(`The sandbox is up (${seconds()} s).`);
  console.log(`  Temporal UI   ${sandbox.temporalUiUrl}`);
  console.log(`  use it with   set -a; . ${sandbox.dir}/env; set +a`);
}

async function main(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  switch (command) {
    case 'up':
      await sandbox.up(upOptions(parseParameters(rest)));
      tellWhereThingsAre();
      return 0;
    case 'fleet': {
      const { nodes = '30', ...others } = parseParameters(rest);
      const [unknown] = Object.keys(others);
      if (unknown !== undefined) throw new Error(`fleet has no option --${unknown}; it takes: --nodes`);
      if (!/^[1-9]\d{0,2}$/.test(nodes) || Number(nodes) > 500)
        throw new Error(`--nodes: got ${nodes}, expected 1 to 500`);
      const [{ makeFleet }, { openCluster }] = await Promise.all([
        import('./seed/fleet.ts'),
        import('./seed/cluster-access.ts'),
      ]);
      const access = await openCluster(sandbox.context);
      const tell = (line: string) => console.log(`${line} (${seconds()} s)`);
      const { groups } = await makeFleet(sandbox, access, 'fleet', Number(nodes), tell);
      console.log(
        `${nodes} nodes of ${groups.join(', ')} are Ready (${seconds()} s); their workloads are in namespace fleet`,
      );
      return 0;
    }
    case 'down':
      await sandbox.down();
      console.log(`The sandbox is down (${seconds()} s). Its data is in ${sandbox.dir}.`);
      return 0;
    case 'reset':
      await sandbox.reset();
      tellWhereThingsAre();
      return 0;
    case 'status': {
      const parts = await sandbox.status();
      const json = rest.join(' ').match(/^(-o|--output)[ =]json$/);
      console.log(json ? JSON.stringify({ dir: sandbox.dir, parts }, null, 2) : renderStatus(parts));
      return parts.every((part) => part.state === 'running') ? 0 : 1;
    }
    case 'break':
    case 'heal': {
      const [fault, ...parameters] = rest;
      if (!fault) {
        const { faults } = await import('./faults/registry.ts');
        throw new Error(`${command} what? Known faults: ${faults.map(({ name }) => name).join(', ')}`);
      }
      console.log(await sandbox[command](fault, parseParameters(parameters)));
      return 0;
    }
    default: {
      const { faults } = await import('./faults/registry.ts');
      console.log(usage(faults));
      return command === undefined || command === 'help' || command === '--help' ? 0 : 1;
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`sandbox: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
