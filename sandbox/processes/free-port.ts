import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** True when nothing listens on that port of 127.0.0.1. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

const handedOut = new Set<number>();

/**
 * A free port of 127.0.0.1 below the range that the kernel hands to outgoing connections, so that it is still free when the
 * sandbox comes up again. Never the same port twice in one process.
 */
export async function freePort(taken: (port: number) => boolean = () => false): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(18_000, 32_000);
    if (taken(port) || handedOut.has(port)) continue;
    handedOut.add(port);
    if (await portIsFree(port)) return port;
  }
  throw new Error('no free port between 18000 and 32000 on 127.0.0.1');
}
