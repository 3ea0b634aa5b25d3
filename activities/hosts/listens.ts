import { connect } from 'node:net';
import type { ListenAddress } from './static-pod.ts';

/** Whether the port is open. Only a refused connection counts as closed: no answer may be a slow one. */
export function listens({ host, port }: ListenAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const settle = (open: boolean): void => {
      socket.destroy();
      resolve(open);
    };
    socket.setTimeout(2_000, () => settle(true)); // no answer is no refusal: it may be open
    socket.once('connect', () => settle(true));
    socket.once('error', (error: NodeJS.ErrnoException) => settle(error.code !== 'ECONNREFUSED'));
  });
}
