import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Accepted } from '../chaos/client.ts';

const TICK_MS = 5;
const PATIENCE_MS = 5_000;

/** Times in epoch milliseconds. */
export interface Submission {
  /** When it was due: an answer that comes late makes the next ones no earlier. */
  at: number;
  ms: number;
  id: string;
}

/** Submits at a fixed rate, however long the answers take, and never twice. */
export class OpenLoopClient {
  private readonly address: { port: number; key: string };
  private readonly perSecond: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 512 });
  private readonly open = new Set<Promise<void>>();
  private ticking: NodeJS.Timeout | undefined;
  readonly submissions: Submission[] = [];
  readonly accepted: Accepted[] = [];
  /** Always empty: no request is sent twice. */
  readonly doubled: string[] = [];
  /** Requests without a good answer, in words. */
  readonly failures: string[] = [];

  onAccepted: ((id: string) => void) | undefined;

  constructor(address: { port: number; key: string }, perSecond: number) {
    this.address = address;
    this.perSecond = perSecond;
  }

  start(): void {
    const begun = Date.now();
    let sent = 0;
    this.ticking = setInterval(() => {
      const due = Math.floor(((Date.now() - begun) * this.perSecond) / 1_000);
      while (sent < due) this.submit(sent % 2 === 0 ? 'innocent-plain' : 'innocent-effect', begun + (++sent * 1_000) / this.perSecond);
    }, TICK_MS);
  }

  /** Resolves when every submission has been answered. */
  async stop(): Promise<void> {
    clearInterval(this.ticking);
    while (this.open.size > 0) await Promise.all(this.open);
  }

  close(): void {
    this.agent.destroy();
  }

  /** The status and the text of the answer. */
  send(path: string, body: object): Promise<{ status: number; text: string }> {
    const { port, key } = this.address;
    const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
    const options = { host: '127.0.0.1', port, path, method: 'POST', headers, agent: this.agent, timeout: PATIENCE_MS };
    const outgoing = request(options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text })).on('error', reject);
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${PATIENCE_MS} ms`))).on('error', reject);
    outgoing.end(JSON.stringify(body));
    return promise;
  }

  private submit(name: string, at: number): void {
    const work = this.send(`/tasks/${name}/execute/api`, { params: { ms: 5 } })
      .then(
        ({ status, text }) => {
          if (status !== 202) return void this.failures.push(`${status} ${text}`);
          const { executionId: id } = JSON.parse(text) as { executionId: string };
          this.submissions.push({ at, ms: Date.now() - at, id });
          this.accepted.push({ id, name, at: new Date() });
          this.onAccepted?.(id);
        },
        (error: Error) => void this.failures.push(error.message),
      )
      .finally(() => this.open.delete(work));
    this.open.add(work);
  }
}
