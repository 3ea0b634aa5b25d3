/**
 * The Kubernetes API, as far as the sandbox's controllers use it: plain objects by kind and name over one pool of connections.
 * Objects have the types of `@kubernetes/client-node`, but times are the strings that the API sends.
 */
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request as send } from 'node:https';
import type { KubernetesObject } from '@kubernetes/client-node';
import { readEndpoint } from './kubeconfig-file.ts';
import { isAlreadyExists, isNotFound, KubernetesError } from './kubernetes-error.ts';
import { collectionPath, type ObjectName, objectPath, type Resource } from './resource.ts';

export interface ObjectList<T> {
  readonly metadata: { readonly resourceVersion: string };
  readonly items: T[];
}

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

export interface PatchOptions {
  /** Default `merge`. */
  readonly type?: keyof typeof patchTypes;
  readonly subresource?: 'status' | 'scale';
}

export interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  /** Deletes only the object with this uid. */
  readonly uid?: string | undefined;
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan';
}

export class KubernetesApi {
  readonly #base: URL;
  readonly #tls: RequestOptions;

  private constructor(server: string, tls: RequestOptions) {
    this.#base = new URL(server);
    this.#tls = tls;
  }

  /** `userAgent` is what the API server's audit log shows. */
  static open(kubeconfigPath: string, context: string, userAgent: string): KubernetesApi {
    const { server, authority, certificate, key } = readEndpoint(kubeconfigPath, context);
    const agent = new Agent({ keepAlive: true, maxSockets: 32, ca: authority, cert: certificate, key });
    return new KubernetesApi(server, { agent, headers: { 'user-agent': userAgent } });
  }

  get<T extends KubernetesObject>(resource: Resource, name: ObjectName): Promise<T> {
    return this.#json('GET', objectPath(resource, name));
  }

  /** Undefined when there is no such object. */
  async find<T extends KubernetesObject>(resource: Resource, name: ObjectName): Promise<T | undefined> {
    try {
      return await this.get<T>(resource, name);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  list<T extends KubernetesObject>(
    resource: Resource,
    options: { namespace?: string; labelSelector?: string; fieldSelector?: string } = {},
  ): Promise<ObjectList<T>> {
    const query = new URLSearchParams();
    if (options.labelSelector !== undefined) query.set('labelSelector', options.labelSelector);
    if (options.fieldSelector !== undefined) query.set('fieldSelector', options.fieldSelector);
    return this.#json('GET', `${collectionPath(resource, options.namespace)}?${query}`);
  }

  create<T extends KubernetesObject>(resource: Resource, object: T): Promise<T> {
    const body = { apiVersion: resource.apiVersion, kind: resource.kind, ...object };
    return this.#json('POST', collectionPath(resource, object.metadata?.namespace), body);
  }

  /** Creates the object unless one of that name is there already; returns whichever is there. */
  async ensure<T extends KubernetesObject>(resource: Resource, object: T): Promise<T> {
    try {
      return await this.create(resource, object);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      return this.get<T>(resource, { name: object.metadata?.name ?? '', namespace: object.metadata?.namespace });
    }
  }

  patch<T extends KubernetesObject>(
    resource: Resource,
    name: ObjectName,
    body: unknown,
    options: PatchOptions = {},
  ): Promise<T> {
    const path = objectPath(resource, name) + (options.subresource === undefined ? '' : `/${options.subresource}`);
    return this.#json('PATCH', path, body, patchTypes[options.type ?? 'merge']);
  }

  /** True when the object was there and accepted the deletion; false when there was none (or one with another uid). */
  async delete(resource: Resource, name: ObjectName, options: DeleteOptions = {}): Promise<boolean> {
    const { uid, ...rest } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      ...rest,
      ...(uid === undefined ? {} : { preconditions: { uid } }),
    };
    try {
      await this.#json('DELETE', objectPath(resource, name), body);
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      if (uid !== undefined && error instanceof KubernetesError && error.code === 409) return false;
      throw error;
    }
  }

  /** Adds what `finalizers` lacks. Fails with a conflict when somebody else changed the object in between. */
  async addFinalizers(resource: Resource, object: KubernetesObject, ...wanted: string[]): Promise<void> {
    const present = object.metadata?.finalizers ?? [];
    const missing = wanted.filter((finalizer) => !present.includes(finalizer));
    if (missing.length > 0) await this.#setFinalizers(resource, object, [...present, ...missing]);
  }

  async removeFinalizers(resource: Resource, object: KubernetesObject, ...unwanted: string[]): Promise<void> {
    const present = object.metadata?.finalizers ?? [];
    const kept = present.filter((finalizer) => !unwanted.includes(finalizer));
    if (kept.length === present.length) return;
    try {
      await this.#setFinalizers(resource, object, kept);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /**
   * Opens a watch and calls `onEvent` for each line until the server ends it, the connection breaks or `signal` is aborted.
   * Resolves in the first and last case, rejects in the other.
   */
  watch(
    resource: Resource,
    resourceVersion: string,
    onEvent: (event: { type: string; object: KubernetesObject & { code?: number } }) => void,
    signal: AbortSignal,
  ): Promise<void> {
    const query = new URLSearchParams({
      watch: '1',
      resourceVersion,
      allowWatchBookmarks: 'true',
      timeoutSeconds: '240',
    });
    return new Promise((resolve, reject) => {
      const request = this.#open('GET', `${collectionPath(resource)}?${query}`, {}, reject, (response) => {
        if (response.statusCode !== 200) {
          collect(response).then((text) => reject(refusal(response.statusCode ?? 0, text)), reject);
          return;
        }
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop() ?? '';
          for (const line of lines) if (line !== '') onEvent(JSON.parse(line));
        });
        response.on('end', resolve);
        response.on('error', reject);
      });
      const abort = () => {
        request.destroy();
        resolve();
      };
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort, { once: true });
      request.on('close', () => signal.removeEventListener('abort', abort));
      request.end();
    });
  }

  #setFinalizers(resource: Resource, object: KubernetesObject, finalizers: string[]): Promise<KubernetesObject> {
    const { name = '', namespace, resourceVersion } = object.metadata ?? {};
    return this.patch(resource, { name, namespace }, { metadata: { finalizers, resourceVersion } });
  }

  #open(
    method: string,
    path: string,
    headers: Record<string, string | number>,
    onError: (error: Error) => void,
    onResponse: (response: IncomingMessage) => void,
  ): ClientRequest {
    const options = { ...this.#tls, method, headers: { ...this.#tls.headers, accept: 'application/json', ...headers } };
    const request = send(new URL(path, this.#base), options as RequestOptions, onResponse);
    request.on('error', (error) =>
      onError(new KubernetesError(0, 'Unreachable', `${method} ${path}: ${error.message}`, { cause: error })),
    );
    return request;
  }

  #json<T>(method: string, path: string, body?: unknown, type = 'application/json'): Promise<T> {
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers = text === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const request = this.#open(method, path, headers, reject, (response) => {
        collect(response).then((answer) => {
          const code = response.statusCode ?? 0;
          if (code >= 200 && code < 300) resolve(JSON.parse(answer) as T);
          else reject(refusal(code, answer));
        }, reject);
      });
      request.setTimeout(30_000, () => request.destroy(new Error('no answer for 30 s')));
      request.end(text);
    });
  }
}

async function collect(response: IncomingMessage): Promise<string> {
  response.setEncoding('utf8');
  let text = '';
  for await (const chunk of response) text += chunk as string;
  return text;
}

function refusal(code: number, text: string): KubernetesError {
  try {
    const status = JSON.parse(text) as { reason?: string; message?: string };
    return new KubernetesError(code, status.reason ?? 'Unknown', status.message ?? text);
  } catch {
    return new KubernetesError(code, 'Unknown', text.slice(0, 300));
  }
}
