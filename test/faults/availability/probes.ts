import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';

const TICK_MS = 5;

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** What a kind of probe asks, and what a good answer is. */
export interface Indicator {
  readonly name: string;
  readonly timeoutMs: number;
  readonly method: 'GET' | 'POST';
  readonly path: () => string;
  readonly key: string | null;
  readonly body?: () => object;
  isGood(answer: Answer): boolean;
  onGood?(answer: Answer): void;
}

export interface Probe {
  readonly name: string;
  /** When it was due, in epoch milliseconds: a late answer makes the next ones no earlier. */
  readonly at: number;
  readonly ms: number;
  /** Undefined for a good one. */
  readonly bad: string | undefined;
}

/** Asks each indicator at a fixed rate, however long the answers take, and never again. */
export class ProbeClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private readonly open = new Set<Promise<void>>();
  private ticking: NodeJS.Timeout | undefined;
  readonly probes: Probe[] = [];

  constructor(
    private readonly port: number,
    private readonly indicators: readonly Indicator[],
    private readonly perSecond: number,
  ) {}

  start(): void {
    const begun = Date.now();
    let sent = 0;
    this.ticking = setInterval(() => {
      const due = Math.floor(((Date.now() - begun) * this.perSecond) / 1_000);
      for (; sent < due; sent++) for (const indicator of this.indicators) this.ask(indicator, begun + (sent * 1_000) / this.perSecond);
    }, TICK_MS);
  }

  /** Resolves when every probe has its answer or its time is over. */
  async stop(): Promise<void> {
    clearInterval(this.ticking);
    while (this.open.size > 0) await Promise.all(this.open);
    this.agent.destroy();
  }

  private ask(indicator: Indicator, at: number): void {
    const work = this.send(indicator)
      .then((answer) => {
        const good = indicator.isGood(answer);
        if (good) indicator.onGood?.(answer);
        return good ? undefined : `${answer.status} ${JSON.stringify(answer.body).slice(0, 120)}`;
      })
      .catch((error: Error) => error.message)
      .then((bad) => void this.probes.push({ name: indicator.name, at, ms: Date.now() - at, bad }))
      .finally(() => this.open.delete(work));
    this.open.add(work);
  }

  private send({ method, path, key, body, timeoutMs }: Indicator): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const headers = {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
    };
    const outgoing = request({ host: '127.0.0.1', port: this.port, path: path(), method, headers, agent: this.agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('error', reject).on('end', () => {
        try {
          resolve({ status: answer.statusCode ?? 0, body: JSON.parse(text) as Record<string, unknown> });
        } catch {
          reject(new Error(`${answer.statusCode}: no JSON`));
        }
      });
    });
    // Of the whole exchange: a socket timeout would begin again with each byte.
    const timer = setTimeout(() => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    outgoing.on('error', reject).on('close', () => clearTimeout(timer));
    outgoing.end(body === undefined ? undefined : JSON.stringify(body()));
    return promise;
  }
}
