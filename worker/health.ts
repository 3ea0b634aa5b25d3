import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** `/healthz` answers while the process lives; `/readyz` answers 200 only while the worker takes tasks. */
export async function startHealthServer(
  address: string,
  ready: () => boolean,
): Promise<{ url: string; close(): void }> {
  const server: Server = createServer((request, response) => {
    const ok = request.url === '/healthz' || (request.url === '/readyz' && ready());
    const known = request.url === '/healthz' || request.url === '/readyz';
    response.writeHead(ok ? 200 : known ? 503 : 404, { 'content-type': 'text/plain' });
    response.end(ok ? 'ok\n' : known ? 'not ready\n' : 'not found\n');
  });
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(address.slice(colon + 1)), host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
