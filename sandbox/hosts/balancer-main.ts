/**
 * A TCP balancer before the API servers of a cluster, as a network load balancer with a readiness check: `balancer-main.ts PORT
 * CA-FILE BACKEND-PORT...`, all on 127.0.0.1. New connections go to the ready backends in turn; while none is ready they are refused.
 */
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';

const [listenPort = '', authorityFile = '', ...backendPorts] = process.argv.slice(2);
const backends = backendPorts.map((port) => ({ port: Number(port), ready: false }));
const authority = readFileSync(authorityFile);
const checkMs = 500;

function check(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: false });
    const request = get(
      { host: '127.0.0.1', port, path: '/readyz', ca: authority, timeout: 3_000, agent },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      },
    );
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

async function watch(backend: (typeof backends)[number]): Promise<void> {
  for (;;) {
    const ready = await check(backend.port);
    if (ready !== backend.ready) {
      console.log(`${new Date().toISOString()} ${backend.port} is ${ready ? 'ready' : 'not ready'}`);
      backend.ready = ready;
    }
    await new Promise((resolve) => setTimeout(resolve, checkMs));
  }
}

let turn = 0;
function forward(client: Socket): void {
  const ready = backends.filter((backend) => backend.ready);
  const chosen = ready[turn++ % Math.max(1, ready.length)];
  if (chosen === undefined) {
    client.destroy();
    return;
  }
  const server = connect(chosen.port, '127.0.0.1');
  const end = (): void => {
    client.destroy();
    server.destroy();
  };
  for (const socket of [client, server]) {
    socket.setNoDelay(true);
    socket.on('error', end).on('close', end);
  }
  client.pipe(server);
  server.pipe(client);
}

for (const backend of backends) void watch(backend);
createServer(forward).listen(Number(listenPort), '127.0.0.1');
