import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import type { SandboxContext } from '../context.ts';
import type { HostDirectory } from '../hosts/host-directory.ts';

/** The name of a host's API-server port in state.json. */
export function apiServerPortName(host: HostDirectory): string {
  return `${host.name}-api-server`;
}

/** True when that host's API server says that it is ready. Never throws; gives up after `timeoutMs`. */
export function apiServerAnswers(context: SandboxContext, host: HostDirectory, timeoutMs = 2_000): Promise<boolean> {
  const port = context.state.read().ports[apiServerPortName(host)];
  return port === undefined ? Promise.resolve(false) : readyBehind(port, host, timeoutMs);
}

/** True when the API server to which that port of this machine leads says that it is ready. Never throws. */
export function readyBehind(port: number, host: HostDirectory, timeoutMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(
      {
        host: '127.0.0.1',
        port,
        path: '/readyz',
        ca: readFileSync(join(host.pki, 'ca.crt')),
        timeout: timeoutMs,
        agent: false,
      },
      (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
