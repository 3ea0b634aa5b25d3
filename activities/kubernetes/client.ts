import { Agent, type RequestOptions } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { Exec, KubeConfig, type V1Status } from '@kubernetes/client-node';
import { RekindleError } from '../../errors/rekindle-error.ts';
import { SharedReads } from '../shared-reads.ts';
import { evictionOf } from './eviction.ts';
import { judgeExec } from './exec-status.ts';
import { type HttpExchange, httpExchange } from './http-exchange.ts';
import { collectionPath, describeRef, type Kind, kinds, type ObjectRef, objectPath } from './kinds.ts';
import { OutputBuffer } from './output-buffer.ts';
import type {
  ExecInput,
  ExecOutcome,
  KubernetesClusters,
  KubernetesObject,
  KubernetesPort,
  ListSelection,
  MergePatch,
  Precondition,
  Watched,
  WatchSelection,
} from './port.ts';
import { SettledServer } from './settled-server.ts';
import { type KubernetesCall, type StatusBody, translateConnection, translateStatus } from './translate.ts';

/** How one cluster is reached; both come from the inventory. */
export interface ClusterAddress {
  readonly context: string;
  /** Null: KUBECONFIG, ~/.kube/config, or the pod's service account, in that order. */
  readonly kubeconfig: string | null;
}

/** A request's time on our side, milliseconds; the server is told to give up earlier, so that no effect comes after our answer. */
const clientLimitMs = 20_000;
const serverLimit = '15s';
const pageSize = '500';

/** Opens a connection for each cluster when it is first used. */
export function connectKubernetes(
  addresses: Readonly<Record<string, ClusterAddress>>,
  userAgent = 'rekindle',
): KubernetesClusters {
  const open = new Map<string, KubernetesPort>();
  return {
    cluster(name) {
      const known = open.get(name);
      if (known !== undefined) return known;
      const address = Object.hasOwn(addresses, name) ? addresses[name] : undefined;
      if (address === undefined) {
        const names = Object.keys(addresses).join(', ');
        throw new RekindleError('unknown-cluster', `cluster ${name} is not in the inventory; there is: ${names}`);
      }
      const port = connectCluster(name, loadConfig(name, address), userAgent);
      open.set(name, port);
      return port;
    },
  };
}

function loadConfig(cluster: string, { context, kubeconfig }: ClusterAddress): KubeConfig {
  const config = new KubeConfig();
  try {
    if (kubeconfig === null) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch (cause) {
    throw new RekindleError('kubeconfig-unusable', `kubeconfig of cluster ${cluster}: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (config.getContextObject(context) === null) {
    const names = config.getContexts().map(({ name }) => name);
    throw new RekindleError(
      'kubeconfig-unusable',
      `kubeconfig of cluster ${cluster} has no context ${context}; it has: ${names.join(', ') || 'none'}`,
    );
  }
  config.setCurrentContext(context);
  return config;
}

type CallExtra = Partial<Pick<HttpExchange, 'body' | 'contentType' | 'signal'>>;

function connectCluster(cluster: string, config: KubeConfig, userAgent: string): KubernetesPort {
  const server = config.getCurrentCluster()?.server ?? '';
  const agents = new Map<string, Agent>();

  /** Credentials afresh for each request, because tokens expire; connections are kept as long as the certificate stays. */
  async function connection(): Promise<RequestOptions> {
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const headers = { ...options.headers, 'user-agent': userAgent };
    if (options.agent?.constructor !== Agent) return { agent: options.agent, headers };
    const { ca, cert, key, rejectUnauthorized, servername } = options;
    const mark = `${String(cert)} ${String(servername)}`;
    const known = agents.get(mark);
    if (known !== undefined) return { agent: known, headers };
    const fresh = new Agent({
      keepAlive: true,
      maxSockets: 64,
      ca,
      cert,
      key,
      rejectUnauthorized,
      servername,
    } as object);
    agents.clear();
    agents.set(mark, fresh);
    return { agent: fresh, headers };
  }

  const settled = new SettledServer({
    isReady,
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, signal ? { signal } : {}),
  });

  async function call(method: string, path: string, target: string, extra: CallExtra = {}): Promise<unknown> {
    try {
      return await once(method, path, target, extra);
    } catch (error) {
      if (!settled.doubts(error)) throw error;
      await settled.settle(error.message, extra.signal);
      return once(method, path, target, extra);
    }
  }

  async function isReady(signal?: AbortSignal): Promise<boolean> {
    const url = new URL('/readyz', server);
    const request = { url, method: 'GET', options: await connection(), limitMs: clientLimitMs };
    try {
      return (await httpExchange({ ...request, ...(signal && { signal }) })).status === 200;
    } catch (error) {
      if (signal?.aborted) throw error;
      return false;
    }
  }

  async function once(method: string, path: string, target: string, extra: CallExtra): Promise<unknown> {
    const about: KubernetesCall = { cluster, method, target };
    try {
      const url = new URL(path, server);
      if (method !== 'GET') url.searchParams.set('timeout', serverLimit);
      const options = await connection();
      const exchange = { url, method, options, limitMs: clientLimitMs, ...extra };
      const { status, text, overNewConnection } = await httpExchange(exchange);
      settled.answered(overNewConnection);
      if (status >= 200 && status < 300) return JSON.parse(text);
      throw translateStatus(status, statusBody(text), about);
    } catch (error) {
      throw translateConnection(error, about);
    }
  }

  const shared = new SharedReads();

  /** Whoever lists the same at the same time shares the pages: they are read without anybody's signal. */
  async function list<T extends KubernetesObject>(kind: Kind, selection: ListSelection, signal?: AbortSignal) {
    const { namespace = '', labelSelector = '', fieldSelector = '' } = selection;
    const key = [collectionPath(kind, namespace || undefined), labelSelector, fieldSelector].join('?');
    return shared.read(key, () => listPages<T>(kind, selection), signal);
  }

  async function listPages<T extends KubernetesObject>(kind: Kind, selection: ListSelection): Promise<readonly T[]> {
    const items: T[] = [];
    let next = '';
    do {
      const query = new URLSearchParams({ limit: pageSize });
      if (selection.labelSelector !== undefined) query.set('labelSelector', selection.labelSelector);
      if (selection.fieldSelector !== undefined) query.set('fieldSelector', selection.fieldSelector);
      if (next !== '') query.set('continue', next);
      const path = `${collectionPath(kind, selection.namespace)}?${query}`;
      const page = (await call('GET', path, kind.plural)) as { items?: T[]; metadata?: { continue?: string } };
      // Items of a list come without their type; a definition that is saved or written back needs it.
      for (const item of page.items ?? []) items.push({ ...item, apiVersion: kind.apiVersion, kind: kind.kind });
      next = page.metadata?.continue ?? '';
    } while (next !== '');
    return items;
  }

  async function watch(kind: Kind, selection: WatchSelection, signal?: AbortSignal) {
    const { namespace, resourceVersion, seconds, until } = selection;
    const about: KubernetesCall = { cluster, method: 'WATCH', target: kind.plural };
    const query = new URLSearchParams({ watch: '1', resourceVersion, timeoutSeconds: String(seconds) });
    try {
      const url = new URL(`${collectionPath(kind, namespace)}?${query}`, server);
      const request = { url, method: 'GET', options: await connection(), limitMs: clientLimitMs };
      const { status, text } = await httpExchange({
        ...request,
        ...(signal && { signal }),
        ...(until !== undefined && { enough: (seen: string) => watched(wholeLines(seen)).events.includes(until) }),
      });
      if (status === 200 || status === 410) return watched(text);
      throw translateStatus(status, statusBody(text), about);
    } catch (error) {
      throw translateConnection(error, about);
    }
  }

  return {
    cluster,
    async read<T extends KubernetesObject>(kind: Kind, ref: ObjectRef, signal?: AbortSignal) {
      return orNull(
        () => call('GET', objectPath(kind, ref), describeRef(kind, ref), { ...(signal && { signal }) }) as Promise<T>,
      );
    },
    async list<T extends KubernetesObject>(kind: Kind, selection: ListSelection = {}, signal?: AbortSignal) {
      return (await orNull(() => list<T>(kind, selection, signal))) ?? [];
    },
    watch: (kind, selection, signal) => watch(kind, selection, signal),
    async serves(kind, signal) {
      const path = `${collectionPath(kind)}?limit=1`;
      return (await orNull(() => call('GET', path, kind.plural, { ...(signal && { signal }) }))) !== null;
    },
    discover: async (signal) => {
      const get = (path: string) => call('GET', path, path, { ...(signal && { signal }) });
      // The list of groups lacks what a server has not read yet, and nothing in it says so.
      await get('/apis');
      await settled.settle('the kinds are not all known', signal);
      const { groups } = (await get('/apis')) as ApiGroups;
      const versions = ['v1', ...groups.map(({ preferredVersion }) => preferredVersion.groupVersion)];
      const lists = await Promise.all(
        versions.map(async (version) => {
          const { resources } = (await get(version === 'v1' ? '/api/v1' : `/apis/${version}`)) as ApiResources;
          return resources
            .filter(({ name, verbs = [] }) => verbs.includes('list') && !/\/|^componentstatuses$/.test(name))
            .map(({ name, kind, namespaced }): Kind => ({ apiVersion: version, kind, plural: name, namespaced }));
        }),
      );
      return lists.flat();
    },
    async create<T extends KubernetesObject>(kind: Kind, object: T) {
      const path = collectionPath(kind, object.metadata.namespace);
      const body = { ...object, apiVersion: kind.apiVersion, kind: kind.kind };
      return (await call('POST', path, describeRef(kind, object.metadata), { body })) as T;
    },
    async patch<T extends KubernetesObject>(kind: Kind, ref: ObjectRef, body: MergePatch, when: Precondition = {}) {
      // In a merge patch metadata.uid and metadata.resourceVersion are not changed but compared.
      const guarded = { ...body, metadata: { ...(body.metadata as object | undefined), ...when } };
      const contentType = 'application/merge-patch+json';
      return (await call('PATCH', objectPath(kind, ref), describeRef(kind, ref), { body: guarded, contentType })) as T;
    },
    async rehearsePatch(kind, ref, body) {
      const contentType = 'application/merge-patch+json';
      try {
        await call('PATCH', `${objectPath(kind, ref)}?dryRun=All`, describeRef(kind, ref), { body, contentType });
        return null;
      } catch (error) {
        if (error instanceof RekindleError && error.code === 'rejected-by-api') return error.message;
        throw error;
      }
    },
    async apply<T extends KubernetesObject>(kind: Kind, object: T, { rehearse = false } = {}) {
      const query = new URLSearchParams({ fieldManager: userAgent, force: 'true', ...(rehearse && { dryRun: 'All' }) });
      const body = { ...object, apiVersion: kind.apiVersion, kind: kind.kind };
      const contentType = 'application/apply-patch+yaml';
      const path = `${objectPath(kind, object.metadata)}?${query}`;
      return (await call('PATCH', path, describeRef(kind, object.metadata), { body, contentType })) as T;
    },
    async remove(kind, ref, when, graceSeconds) {
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        ...(graceSeconds !== undefined && { gracePeriodSeconds: graceSeconds }),
        ...(when && { preconditions: when }),
      };
      return (await orNull(() => call('DELETE', objectPath(kind, ref), describeRef(kind, ref), { body }))) !== null;
    },
    evict(ref, uid) {
      const { name, namespace } = ref;
      const body = {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace },
        deleteOptions: { preconditions: { uid } },
      };
      const target = describeRef(kinds.pod, ref);
      return evictionOf(() => call('POST', `${objectPath(kinds.pod, ref)}/eviction`, target, { body }));
    },
    exec: (input) => execInPod(config, cluster, input),
  };
}

function wholeLines(text: string): string {
  return text.slice(0, text.lastIndexOf('\n') + 1);
}

/** One event a line. The server ends a watch after its time, so that its reply is whole. */
function watched(text: string): Watched {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const events = lines.map((line) => JSON.parse(line) as { type?: string; code?: number; object?: WatchedObject });
  return {
    expired: events.some(({ type, code, object }) => code === 410 || (type === 'ERROR' && object?.code === 410)),
    events: events.flatMap(({ type, object }) =>
      object?.metadata?.name === undefined ? [] : [`${type} ${object.metadata.namespace}/${object.metadata.name}`],
    ),
  };
}

interface WatchedObject {
  readonly code?: number;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

interface ApiGroups {
  readonly groups: readonly { readonly preferredVersion: { readonly groupVersion: string } }[];
}

interface ApiResources {
  readonly resources: readonly {
    readonly name: string;
    readonly kind: string;
    readonly namespaced: boolean;
    readonly verbs: readonly string[];
  }[];
}

async function orNull<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof RekindleError && error.code === 'not-found') return null;
    throw error;
  }
}

function statusBody(text: string): StatusBody {
  try {
    return JSON.parse(text) as StatusBody;
  } catch {
    return { message: text.trim().slice(0, 300) };
  }
}

/** Runs a command. A connection that ends without a status, at its time limit or before, leaves the outcome `unknown`. */
async function execInPod(config: KubeConfig, cluster: string, input: ExecInput): Promise<ExecOutcome> {
  const stdout = new OutputBuffer();
  const stderr = new OutputBuffer();
  const limit = AbortSignal.timeout(input.limitSeconds * 1000);
  const stop = input.signal === undefined ? limit : AbortSignal.any([limit, input.signal]);
  let status: V1Status | null = null;
  let ended = 'the connection ended without a status';
  try {
    const socket = await new Exec(config).exec(
      input.namespace,
      input.pod,
      input.container ?? '',
      [...input.command],
      stdout,
      stderr,
      null,
      false,
      (told) => {
        status = told;
      },
    );
    await new Promise<void>((resolve) => {
      const abort = () => {
        ended = `no status within ${input.limitSeconds} s`;
        socket.terminate();
        resolve();
      };
      socket.onclose = () => resolve();
      socket.onerror = (event: { message: string }) => {
        ended = event.message;
        resolve();
      };
      if (status !== null || socket.readyState === socket.CLOSED) resolve();
      else if (stop.aborted) abort();
      else stop.addEventListener('abort', abort, { once: true });
    });
  } catch (error) {
    const refused = error as { message?: string; error?: unknown };
    const about: KubernetesCall = { cluster, method: 'EXEC', target: `Pod ${input.namespace}/${input.pod}` };
    throw translateConnection(refused.error ?? new Error(refused.message ?? 'no connection'), about);
  }
  input.signal?.throwIfAborted();
  return { ...judgeExec(status, ended), stdout: stdout.text(), stderr: stderr.text() };
}
