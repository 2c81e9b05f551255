import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PROBE_MS = 500;

/** Probes without an answer in a row after which a backend is left out, as with a kubelet. Any other answer than 200 counts at once. */
const MISSES = 3;

interface Backend {
  port: number;
  ready: boolean;
  misses: number;
}

/** Sends requests to backends that are ready, but not to one whose connection just failed. */
export class Balancer {
  private readonly backends: Backend[];
  private readonly server: Server;
  private readonly probing: NodeJS.Timeout;
  private next = 0;
  /** Called with the port of a backend whose answer to a POST is complete and will not be passed on. */
  private onLostReply: ((port: number) => void) | undefined;

  constructor(ports: readonly number[]) {
    this.backends = ports.map((port) => ({ port, ready: false, misses: 0 }));
    this.server = createServer((incoming, answer) => this.forward(incoming, answer));
    this.server.keepAliveTimeout = 65_000; // with the usual 5 s it closes connections into which a probe is being sent
    this.probing = setInterval(() => void Promise.all(this.backends.map(probe)), PROBE_MS);
  }

  async listen(): Promise<string> {
    await new Promise<void>((ok) => this.server.listen(0, '127.0.0.1', ok));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Whether the backend gets requests. */
  sends(port: number): boolean {
    return this.backends.some((backend) => backend.port === port && backend.ready);
  }

  /** The answer of the next POST is lost. */
  loseReply(onDisconnected: (port: number) => void): void {
    this.onLostReply = onDisconnected;
  }

  async close(): Promise<void> {
    clearInterval(this.probing);
    this.server.closeAllConnections();
    await new Promise((ok) => this.server.close(ok));
  }

  private forward(incoming: IncomingMessage, answer: ServerResponse): void {
    const ready = this.backends.filter((backend) => backend.ready);
    const backend = ready[this.next++ % ready.length];
    if (backend === undefined) return void answer.writeHead(503, { 'retry-after': '1' }).end();
    const { method, url: path, headers } = incoming;
    const isReadiness = method === 'GET' && path === '/health/ready';
    const outgoing = request({ host: '127.0.0.1', port: backend.port, method, path, headers, agent: false }, (reply) => {
      if (method === 'POST' && this.onLostReply !== undefined) {
        this.onLostReply(backend.port);
        this.onLostReply = undefined;
        answer.destroy();
        return;
      }
      if (isReadiness && reply.statusCode === 503 && ready.length > 1) {
        // The answer of a probe: this backend gets nothing more, and the question is asked of the next one.
        backend.ready = false;
        reply.resume();
        return this.forward(incoming, answer);
      }
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.on('error', () => answer.destroy()).pipe(answer);
    });
    outgoing.on('error', () => {
      backend.ready = false;
      if (answer.headersSent) answer.destroy();
      else answer.writeHead(502).end();
    });
    answer.on('close', () => outgoing.destroy());
    incoming.pipe(outgoing);
  }
}

async function probe(backend: Backend): Promise<void> {
  const signal = AbortSignal.timeout(PROBE_MS);
  try {
    const { ok } = await fetch(`http://127.0.0.1:${backend.port}/health/ready`, { signal });
    Object.assign(backend, { ready: ok, misses: 0 });
  } catch {
    backend.misses = signal.aborted ? backend.misses + 1 : MISSES;
    if (backend.misses >= MISSES) backend.ready = false;
  }
}
