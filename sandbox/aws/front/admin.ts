/** The front's other port: faults, journal, seeding and looks behind the scenes, as JSON over HTTP on the loopback interface. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { accountId } from '../account.ts';
import { type Instance, InstanceState, type StatusCheck } from '../ec2/instance.ts';
import { tellMoto } from '../ec2/instance-actions.ts';
import { beginTermination } from '../ec2/lifetime.ts';
import type { Snapshot } from '../ec2/snapshot.ts';
import { removeVolume } from '../ec2/volume-actions.ts';
import { entriesAt, textAt } from '../wire/xml.ts';
import type { FaultRule, StandingFaults } from './faults.ts';
import type { Journal, JournalQuery } from './journal.ts';
import type { Timing } from './timing.ts';
import { newId, type World } from './world.ts';

/** A snapshot of another account, as a test wants it. */
export interface ForeignSnapshot {
  readonly ownerId: string;
  readonly volumeId?: string;
  /** GiB */
  readonly volumeSize: number;
  readonly description?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** `private`: this account does not see it; `shared`: with this account; `public`: with all. */
  readonly visibility: 'private' | 'shared' | 'public';
}

export interface GenerationStatus {
  /** Undefined before the first seed. */
  readonly generation: string | undefined;
  /** False when the emulator answers but has lost what was seeded. */
  readonly motoKnowsIt: boolean;
}

type Route = (context: {
  world: World;
  journal: Journal;
  body: unknown;
  id: string;
  query: URLSearchParams;
}) => unknown;

const routes: Readonly<Record<string, Route>> = {
  'GET /health': ({ world }) => ({ pid: process.pid, generation: world.generation }),
  'GET /generation': ({ world }) => generationStatus(world),
  'POST /generation': ({ world }) => newGeneration(world),
  'POST /reset': ({ world, journal }) => reset(world, journal),
  'GET /timing': ({ world }) => world.timing,
  'PUT /timing': ({ world, body }) => {
    world.setTiming(body as Partial<Timing>);
    return world.timing;
  },
  'GET /faults': ({ world }) => ({ rules: [...world.faultRules.values()], standing: world.standingFaults }),
  'POST /faults': ({ world, body }) => {
    const id = randomUUID();
    return world.faultRules.put(id, { ...(body as Omit<FaultRule, 'id'>), id });
  },
  'DELETE /faults': ({ world }) => world.faultRules.clear(),
  'DELETE /faults/:id': ({ world, id }) => world.faultRules.delete(id),
  'PUT /standing-faults': ({ world, body }) => {
    world.setStandingFaults(body as Partial<StandingFaults>);
    return world.standingFaults;
  },
  'PUT /failing-snapshots/:id': ({ world, id, body }) => {
    const { failingSnapshots } = world.standingFaults;
    world.setStandingFaults({ failingSnapshots: { ...failingSnapshots, [id]: (body as { count: number }).count } });
  },
  'DELETE /volumes/:id': ({ world, id }) => removeVolume(world, required(id, world.volumes.get(id)).id),
  'POST /foreign-snapshots': ({ world, body }) => seedForeignSnapshot(world, body as ForeignSnapshot),
  'PUT /instances/:id/checks': ({ world, id, body }) => setChecks(world, id, body as Partial<Instance['checks']>),
  'POST /instances/:id/end': ({ world, id, body }) => endInstance(world, id, (body as { state: string }).state),
  'GET /journal': ({ journal, query }) => journal.find(readJournalQuery(query)),
  'GET /journal/last': ({ journal }) => ({ number: journal.lastNumber }),
  'DELETE /journal': ({ journal }) => journal.clear(),
};

export function createAdmin(world: World, journal: Journal): Server {
  return createServer((request, response) => {
    handle(world, journal, request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      reply(response, error instanceof NotFound ? 404 : 400, { error: message });
    });
  });
}

class NotFound extends Error {}

function required<T>(id: string, found: T | undefined): T {
  if (found === undefined) throw new NotFound(`there is no ${id}`);
  return found;
}

async function handle(
  world: World,
  journal: Journal,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://admin');
  const [, first = '', id = '', rest] = url.pathname.split('/');
  const known = [`${first}/${id}`, `${first}/:id`].map(
    (path) => `${request.method} /${path}${rest === undefined ? '' : `/${rest}`}`,
  );
  const route = id === '' ? routes[`${request.method} /${first}`] : known.map((name) => routes[name]).find(Boolean);
  if (!route) throw new NotFound(`no such call: ${request.method} ${url.pathname}`);
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  const text = Buffer.concat(parts).toString('utf8');
  const body: unknown = text === '' ? {} : JSON.parse(text);
  reply(
    response,
    200,
    (await route({ world, journal, body, id: decodeURIComponent(id), query: url.searchParams })) ?? {},
  );
}

function reply(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(content));
}

/**
 * Marks this life of the emulator: a DHCP options set, harmless and with an id of its own, that goes when the emulator forgets.
 */
async function newGeneration(world: World): Promise<GenerationStatus> {
  const made = await world.moto.call('ec2', 'CreateDhcpOptions', {
    'DhcpConfiguration.1.Key': 'domain-name',
    'DhcpConfiguration.1.Value.1': 'sandbox.internal',
  });
  world.generation = textAt(made, 'dhcpOptions.dhcpOptionsId');
  return { generation: world.generation, motoKnowsIt: true };
}

async function generationStatus(world: World): Promise<GenerationStatus> {
  const { generation } = world;
  if (generation === undefined) return { generation, motoKnowsIt: false };
  const found = await world.moto.call('ec2', 'DescribeDhcpOptions', {});
  const ids = entriesAt(found, 'dhcpOptionsSet').map((entry) => textAt(entry, 'dhcpOptionsId'));
  return { generation, motoKnowsIt: ids.includes(generation) };
}

/** Everything forgotten: the front's tables, the emulator's state, the volumes' data, the journal. */
async function reset(world: World, journal: Journal): Promise<void> {
  world.clear();
  journal.clear();
  await world.moto.reset();
  await world.directories.wipe();
}

function seedForeignSnapshot(world: World, wanted: ForeignSnapshot): { snapshotId: string } {
  const now = world.now();
  const snapshot: Snapshot = {
    id: newId('snap'),
    volumeId: wanted.volumeId ?? newId('vol'),
    ownerId: wanted.ownerId,
    description: wanted.description ?? '',
    volumeSize: wanted.volumeSize,
    encrypted: false,
    startTime: now,
    completesAt: now,
    dataReady: true,
    tags: wanted.tags ?? {},
    public: wanted.visibility === 'public',
    sharedWith: wanted.visibility === 'shared' ? [accountId] : [],
  };
  world.snapshots.put(snapshot.id, snapshot);
  return { snapshotId: snapshot.id };
}

function setChecks(world: World, id: string, checks: Partial<Record<'system' | 'instance', StatusCheck>>): void {
  const { impairedSince: _before, ...instance } = required(id, world.instances.get(id));
  const next = { ...instance.checks, ...checks };
  const impaired = next.system === 'impaired' || next.instance === 'impaired';
  world.instances.put(id, { ...instance, checks: next, ...(impaired && { impairedSince: world.now() }) });
}

/** The instance ends by itself, as when its host fails: nobody asked for it. */
async function endInstance(world: World, id: string, state: string): Promise<void> {
  const instance = required(id, world.instances.get(id));
  const reason = {
    code: 'Server.InternalError',
    message: 'Server.InternalError: Internal error on launch or while running',
  };
  if (state === 'terminated') beginTermination(world, instance, reason);
  else if (state === 'stopped') {
    const now = world.now();
    world.instances.put(id, {
      ...instance,
      state: InstanceState.stopping,
      next: { state: InstanceState.stopped, at: now + world.timing.instanceStopping },
      endedAt: now,
      stateReason: reason,
    });
  } else throw new Error(`an instance ends as stopped or terminated, not as ${state}`);
  await tellMoto(world, state === 'terminated' ? 'TerminateInstances' : 'StopInstances', [instance]);
}

function readJournalQuery(query: URLSearchParams): JournalQuery {
  const text = (name: string) => query.get(name) ?? undefined;
  const after = text('after');
  const carriedOut = text('carriedOut');
  return {
    ...(text('service') !== undefined && { service: text('service') }),
    ...(text('action') !== undefined && { action: text('action') }),
    ...(text('userAgent') !== undefined && { userAgent: text('userAgent') }),
    ...(after !== undefined && { after: Number(after) }),
    ...(carriedOut !== undefined && { carriedOut: carriedOut === 'true' }),
  } as JournalQuery;
}
