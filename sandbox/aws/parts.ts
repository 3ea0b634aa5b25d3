/** The AWS of the sandbox as managed parts: the emulator (moto), the front before it, and what is seeded into both. */
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SandboxContext } from '../context.ts';
import { sandboxCredentials } from '../environment-file.ts';
import { ensurePart } from '../parts/ensure-part.ts';
import { deathNotice, ensureProcess, nodeProgram, runningProcess, stopProcess } from '../processes/detached-process.ts';
import { listens } from '../processes/listens.ts';
import { type ManagedPart, type PartHealth, PartState } from '../processes/managed-part.ts';
import { waitFor } from '../processes/wait-for.ts';
import { type ClusterTopology, clusterHosts, hostInstanceFact } from '../topology.ts';
import { FrontAdmin } from './admin-client.ts';

const mend = 'npm run sandbox -- up';

/** The admin port of a running front. */
export function frontAdmin(context: SandboxContext): FrontAdmin {
  return new FrontAdmin(`http://127.0.0.1:${context.state.knownPort('aws-front-admin')}`);
}

async function motoAnswers(port: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/moto-api/`, { signal: AbortSignal.timeout(5_000) });
  await response.arrayBuffer();
  return response.ok;
}

async function healthOf(
  context: SandboxContext,
  name: string,
  ports: Readonly<Record<string, number | undefined>>,
): Promise<PartHealth> {
  const record = runningProcess(context, name);
  const known = Object.fromEntries(
    Object.entries(ports).filter((entry): entry is [string, number] => entry[1] !== undefined),
  );
  if (!record) return { state: PartState.stopped, ports: known, mend };
  for (const port of Object.values(known)) {
    if (!(await listens(port)))
      return { state: PartState.degraded, pid: record.pid, ports: known, detail: 'does not answer', mend };
  }
  return { state: PartState.running, pid: record.pid, ports: known };
}

/** moto: networks, images, launch templates, S3, STS. It forgets everything when it ends. */
export const motoPart: ManagedPart = {
  name: 'moto',
  dependsOn: [],
  volatile: true,

  async start(context) {
    const port = await context.state.port('moto');
    if (runningProcess(context, 'moto') && (await listens(port))) return;
    await stopProcess(context, 'moto');
    const { path } = await ensurePart('moto', context.report);
    await ensureProcess(context, {
      name: 'moto',
      command: path,
      args: ['-H', '127.0.0.1', '-p', `${port}`],
      // Its 1,300 stock images make every launch and DescribeImages slow; the seed registers the one that is used.
      env: { MOTO_EC2_LOAD_DEFAULT_AMIS: 'false', MOTO_ENABLE_AMI_VALIDATION: 'true', PYTHONUNBUFFERED: '1' },
    });
    await waitFor('moto', () => motoAnswers(port), {
      timeoutMs: 60_000,
      intervalMs: 100,
      giveUp: () => deathNotice(context, 'moto'),
    });
  },

  health: (context) => healthOf(context, 'moto', { moto: context.state.read().ports.moto }),
  stop: (context) => stopProcess(context, 'moto', 3_000),
};

const frontProgram = fileURLToPath(new URL('./front/main.ts', import.meta.url));

/** The front: AWS_ENDPOINT_URL of everything in the sandbox, and its admin port. */
export const awsFrontPart: ManagedPart = {
  name: 'aws-front',
  dependsOn: ['moto'],

  async start(context) {
    const port = await context.state.port('aws-front');
    const adminPort = await context.state.port('aws-front-admin');
    const moto = await context.state.port('moto');
    if (runningProcess(context, 'aws-front') && (await listens(port)) && (await listens(adminPort))) return;
    await stopProcess(context, 'aws-front');
    await ensureProcess(context, {
      name: 'aws-front',
      ...nodeProgram(frontProgram, [
        ...['--port', `${port}`, '--admin-port', `${adminPort}`, '--moto', `http://127.0.0.1:${moto}`],
        ...['--state', context.path('aws'), '--data', context.dir],
      ]),
    });
    const admin = frontAdmin(context);
    await waitFor('the AWS front', async () => (await listens(port)) && (await admin.health()) !== undefined, {
      timeoutMs: 90_000,
      giveUp: () => deathNotice(context, 'aws-front'),
    });
  },

  health(context) {
    const { 'aws-front': port, 'aws-front-admin': admin } = context.state.read().ports;
    return healthOf(context, 'aws-front', { port, admin });
  },

  stop: (context) => stopProcess(context, 'aws-front', 3_000),

  async wipe(context) {
    for (const part of ['aws', 'volumes', 'snapshots']) rmSync(context.path(part), { recursive: true, force: true });
  },
};

type SeededCluster = Pick<ClusterTopology, 'name' | 'instancesPerGroup' | 'veleroBucket'>;

/** The network, groups and buckets of each cluster. Seeded once in each life of the emulator. */
export function awsSeedPart(clustersOf: (context: SandboxContext) => readonly SeededCluster[]): ManagedPart {
  const factOf = (cluster: string): string => `aws-seed.${cluster}`;
  const part = 'aws-seed';
  return {
    name: part,
    dependsOn: ['aws-front'],

    async start(context) {
      const admin = frontAdmin(context);
      const known = await admin.generation();
      // What the front remembers of an earlier life of the emulator belongs to nothing any more.
      if (known.generation !== undefined && !known.motoKnowsIt) await admin.reset();
      const { generation = '' } = known.motoKnowsIt ? known : await admin.markGeneration();
      for (const [index, { name, instancesPerGroup, veleroBucket }] of clustersOf(context).entries()) {
        if (context.state.fact(factOf(name)) === generation) continue;
        // The SDK is loaded by the `up` that needs it and by no other.
        const { seedAws } = await import('./seed.ts');
        await seedAws({
          endpoint: `http://127.0.0.1:${context.state.knownPort('aws-front')}`,
          credentials: sandboxCredentials,
          cluster: name,
          addressBlock: index,
          instancesPerGroup,
          veleroBucket,
        });
        const hosts = clusterHosts(context, name).map((host) => host.name);
        if (hosts.length > 1) {
          const { ensureHostInstances } = await import('./host-instances.ts');
          const endpoint = `http://127.0.0.1:${context.state.knownPort('aws-front')}`;
          const ids = await ensureHostInstances({ endpoint, credentials: sandboxCredentials }, hosts);
          for (const [host, id] of Object.entries(ids)) context.state.setFact(hostInstanceFact(host), id);
        }
        context.state.setFact(factOf(name), generation);
      }
    },

    async health(context) {
      const seeded = clustersOf(context).every(({ name }) => context.state.fact(factOf(name)) !== undefined);
      return seeded ? { state: PartState.running } : { state: PartState.stopped, detail: 'not seeded', mend };
    },

    stop: async () => {},
  };
}
