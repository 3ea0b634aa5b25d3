import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A port where nobody answers until it is opened; then it leads to the real server. */
export class LateDoor {
  readonly address: string;
  readonly #port: number;
  readonly #target: string;
  readonly #sockets = new Set<Socket>();
  #server = createServer();

  private constructor(port: number, target: string) {
    this.#port = port;
    this.#target = target;
    this.address = `127.0.0.1:${port}`;
  }

  static async reserve(target: string): Promise<LateDoor> {
    const probe = createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    return new LateDoor(port, target);
  }

  async open(): Promise<void> {
    const [host = '', port] = this.#target.split(':');
    this.#server = createServer((inside) => {
      const outside = connect(Number(port), host);
      for (const socket of [inside, outside]) {
        this.#sockets.add(socket);
        socket.on('error', () => socket.destroy());
      }
      inside.pipe(outside).pipe(inside);
    });
    await new Promise<void>((resolve) => this.#server.listen(this.#port, '127.0.0.1', resolve));
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
