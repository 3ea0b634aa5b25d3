import { RekindleError } from '../../errors/rekindle-error.ts';
import type { SignedFiles } from './port.ts';

/** Milliseconds for one file; a resource list of a large cluster is some megabytes. */
const limitMs = 50_000;

/** Over HTTP. The address carries a signature: it is kept out of every message. */
export function httpSignedFiles(): SignedFiles {
  return {
    async fetch(url, signal) {
      const { host, pathname } = new URL(url);
      const file = `${host}${pathname}`;
      try {
        const answer = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(limitMs)]) });
        const body = Buffer.from(await answer.arrayBuffer());
        if (answer.ok) return body;
        if (answer.status === 404) return null;
        throw new RekindleError(
          answer.status >= 500 ? 'unavailable' : 'forbidden',
          `GET ${file}: the store of the backups answered ${answer.status}`,
        );
      } catch (error) {
        if (signal.aborted || error instanceof RekindleError) throw error;
        throw new RekindleError('unavailable', `GET ${file}: the store of the backups does not answer`);
      }
    },
  };
}
