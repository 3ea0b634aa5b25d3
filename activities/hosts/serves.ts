import { connect } from 'node:tls';
import { addressOfUrl } from './static-pod.ts';

/**
 * Whether the server behind the URL serves, within the time. A member of etcd takes connections long before it has a leader, and greets
 * nobody until then: the greeting comes at the moment in which it can be asked. Only that is looked at, so no certificate is needed.
 */
export function serves(url: string, limitMs: number): Promise<boolean> {
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
