import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { Host } from './host.ts';
import { addressOfUrl } from './static-pod.ts';

/**
 * Whether the server behind the URL greets, within the time. A member of etcd takes connections of clients long before it has a leader,
 * and greets nobody until then: the greeting comes at the moment in which it can be asked. Only that is looked at, so no certificate is
 * needed.
 */
export function greets(url: string, limitMs: number): Promise<boolean> {
  const [address] = addressOfUrl(url);
  // Without TLS there is no greeting to wait for.
  if (address === undefined || !url.startsWith('https:')) return Promise.resolve(true);
  return new Promise((resolve) => {
    const socket = connect({ ...address, rejectUnauthorized: false });
    const settle = (answer: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(false), limitMs);
    socket.once('secureConnect', () => settle(true));
    socket.once('error', () => settle(false));
  });
}

/**
 * Whether a member of etcd answers its peers, within the time. Peers are greeted from the start, and answered once the member has compared
 * its data with theirs. A member that refuses the certificate for health checks there is past that as well.
 */
export function answersPeers({ settings }: Host, url: string, limitMs: number): Promise<boolean> {
  const [address] = addressOfUrl(url);
  if (address === undefined || !url.startsWith('https:')) return Promise.resolve(true);
  const file = (name: string): Buffer => readFileSync(join(settings.pki, 'etcd', `healthcheck-client.${name}`));
  return new Promise((resolve) => {
    const request = get(
      {
        ...address,
        path: '/version',
        cert: file('crt'),
        key: file('key'),
        // Whoever answers there is only waited for; what it says is not used.
        rejectUnauthorized: false,
        agent: new Agent({ keepAlive: false }),
      },
      (reply) => {
        reply.resume();
        settle(true);
      },
    );
    const settle = (answer: boolean): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => settle(false), limitMs);
    request.on('error', (error: NodeJS.ErrnoException) => settle(error.code?.startsWith('ERR_SSL') ?? false));
  });
}
