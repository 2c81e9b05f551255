import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** A fixed address whose new connections lead to the port set last, like the endpoint of a replicated service. */
export class TcpRelay {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  port = 0;

  constructor(public target: number) {
    this.server = createServer((client) => {
      const upstream = connect(this.target, '127.0.0.1');
      for (const socket of [client, upstream]) {
        this.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => this.sockets.delete(socket));
      }
      client.pipe(upstream).pipe(client);
      client.on('close', () => upstream.destroy());
      upstream.on('close', () => client.destroy());
    });
  }

  async start(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as { port: number }).port;
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Closes every connection and rejects new ones, like an unreachable server. */
  async cut(): Promise<void> {
    const closed = once(this.server, 'close');
    this.stop();
    await closed;
  }

  /** At the same address as before. */
  async restore(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
  }

  /** Keeps every connection open and passes nothing on, as a peer that went away without a word. */
  freeze(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
