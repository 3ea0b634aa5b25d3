import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import { binariesDirectory, linkParts } from '../parts/binaries-directory.ts';
import { deathNotice, ensureProcess, runningProcess, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { type ManagedPart, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';

const name = 'temporal';
const namespace = 'default';

interface TemporalPorts {
  readonly grpc: number;
  readonly ui: number;
  readonly metrics: number;
  readonly http: number;
  readonly codec: number;
}

async function choosePorts(context: SandboxContext): Promise<TemporalPorts> {
  return {
    grpc: await context.state.port('temporal'),
    ui: await context.state.port('temporal-ui'),
    metrics: await context.state.port('temporal-metrics'),
    http: await context.state.port('temporal-http'),
    // Nothing of the sandbox listens there: it is where the UI looks for `rekindle codec-server`.
    codec: await context.state.port('codec-server'),
  };
}

/** `RekindleScenario=Keyword` and so on: what the CLI calls the types that the SDK writes in capitals. */
async function searchAttributeFlags(): Promise<string[]> {
  const { recoveryAttributes } = await import('../../workflows/recovery/search-attributes.ts');
  return Object.values(recoveryAttributes).flatMap((key) => {
    const type = key.type.toLowerCase().replace(/^./, (letter) => letter.toUpperCase());
    return ['--search-attribute', `${key.name}=${type}`];
  });
}

async function namespaceAnswers(address: string): Promise<boolean> {
  const { Connection } = await import('@temporalio/client');
  const connection = await Connection.connect({ address, connectTimeout: '2s' });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    return true;
  } finally {
    await connection.close();
  }
}

/**
 * The Temporal server with its UI, on a SQLite file, with the throttle of its task queues opened. The file is written ahead and not
 * synced: it survives the death of the server at any moment, and not that of the machine, as with the sandbox's etcd. Synced, with one
 * connection to the file, the server took four to five times as long for a hundred recoveries at once.
 */
export const temporalPart: ManagedPart = {
  name,
  dependsOn: [],

  async start(context) {
    const ports = await choosePorts(context);
    if (runningProcess(context, name) && (await listens(ports.grpc)) && (await listens(ports.ui))) return;
    await stopProcess(context, name);
    await linkParts(context, ['temporal']);
    mkdirSync(context.path('temporal'), { recursive: true });
    await ensureProcess(context, {
      name,
      command: join(binariesDirectory(context), 'temporal'),
      args: [
        ...['server', 'start-dev', '--disable-config-file', '--disable-config-env', '--log-level', 'warn'],
        ...['--ip', '127.0.0.1', '--port', `${ports.grpc}`, '--http-port', `${ports.http}`],
        ...['--ui-port', `${ports.ui}`, '--ui-codec-endpoint', `http://127.0.0.1:${ports.codec}`],
        ...['--metrics-port', `${ports.metrics}`],
        ...['--db-filename', context.path('temporal', 'temporal.db')],
        ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=0'],
        ...['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=2000'],
        ...['--dynamic-config-value', 'history.timerProcessorMaxPollRPS=2000'],
        ...(await searchAttributeFlags()),
      ],
    });
    await waitFor('Temporal', async () => (await listens(ports.grpc)) && namespaceAnswers(`127.0.0.1:${ports.grpc}`), {
      timeoutMs: 90_000,
      intervalMs: 100,
      giveUp: () => deathNotice(context, name),
    });
  },

  async health(context) {
    const { temporal: grpc, 'temporal-ui': ui } = context.state.read().ports;
    const record = runningProcess(context, name);
    const ports = { ...(grpc === undefined ? {} : { grpc }), ...(ui === undefined ? {} : { ui }) };
    const mend = 'npm run sandbox -- up';
    if (!record) return { state: PartState.stopped, ports, mend };
    if (!(await listens(grpc))) {
      return { state: PartState.degraded, pid: record.pid, ports, detail: 'does not answer', mend };
    }
    return { state: PartState.running, pid: record.pid, ports };
  },

  stop: (context) => stopProcess(context, name, 5_000),

  async wipe(context) {
    rmSync(context.path('temporal'), { recursive: true, force: true });
  },
};
