import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import type { PortClaims } from './port-claims.ts';

/** True when nothing listens on that port of 127.0.0.1. */
export function portIsFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * A port of 127.0.0.1 that is free and that no sandbox has chosen, claimed for `owner`. Below the range that the kernel hands to outgoing
 * connections, so that it is still free when the sandbox comes up again.
 */
export async function freePort(claims: PortClaims, owner: string): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt += 1) {
    const port = randomInt(18_000, 32_000);
    if (!(await claims.claim(port, owner))) continue;
    if (await portIsFree(port)) return port;
    claims.release(port, owner);
  }
  throw new Error('no free port between 18000 and 32000 on 127.0.0.1');
}
