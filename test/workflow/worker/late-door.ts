import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** A port where everybody is turned away until it is opened; then it leads to the real server. */
export class LateDoor {
  readonly address: string;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(server: Server, target: string) {
    this.#server = server;
    this.#target = target;
    this.address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  static async reserve(target: string): Promise<LateDoor> {
    const server = createServer((visitor) => visitor.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new LateDoor(server, target);
  }

  open(): void {
    const [host = '', port] = this.#target.split(':');
    this.#server.removeAllListeners('connection').on('connection', (inside: Socket) => {
      const outside = connect(Number(port), host);
      for (const socket of [inside, outside]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      inside.pipe(outside).pipe(inside);
    });
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
