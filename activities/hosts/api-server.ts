import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { poll } from '../kubernetes/polling.ts';
import type { Pace } from '../pace.ts';
import { type Host, manifestOf } from './host.ts';
import { onThisHost } from './pauses.ts';
import { addressesOf } from './static-pod.ts';

/** Asks the host's own API server, not the balancer. The certificate names `kubernetes`, whatever the address. */
function readyz(host: Host): Promise<{ status: number; text: string }> {
  const [address] = addressesOf(manifestOf(host, 'kube-apiserver').pod);
  return new Promise((resolve) => {
    const request = get(
      {
        host: address?.host ?? '127.0.0.1',
        port: address?.port ?? 6443,
        servername: 'kubernetes',
        path: '/readyz?verbose',
        ca: readFileSync(join(host.settings.pki, 'ca.crt')),
        timeout: 5_000,
        agent: new Agent({ keepAlive: false }),
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (part: string) => {
          text += part;
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }));
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve({ status: 0, text: '' }));
  });
}

export async function waitApiServerReady(host: Host, limitSeconds: number, pace: Pace): Promise<string> {
  return poll(
    pace,
    limitSeconds,
    'static-pod-not-started',
    async () => {
      const { status, text } = await readyz(host);
      const bad = text.split('\n').filter((line) => line.startsWith('[-]'));
      if (status === 200) {
        const good = text.split('\n').filter((line) => line.startsWith('[+]')).length;
        return { done: `${host.settings.host}: /readyz is ok, ${good} checks` };
      }
      return {
        missing: `${host.settings.host}: /readyz answers ${status || 'nothing'} ${bad[0]?.slice(3, 80) ?? ''}`.trim(),
      };
    },
    pace.now(),
    onThisHost,
  );
}
