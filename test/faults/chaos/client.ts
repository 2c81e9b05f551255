import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 5_000;
const AGAIN_MS = 200;
const REPEAT_MS = 3_000;

interface AcceptedBatch {
  batchId: string;
  items: { executionId: string }[];
}

export interface Accepted {
  id: string;
  name: string;
  at: Date;
}

/** Submits tasks through the balancer and retries with the same key until it is answered. */
export class Client {
  readonly url: string;
  readonly key: string;
  private readonly file: string;
  private readonly open = new Set<Promise<void>>();
  private given = 0;
  readonly accepted: Accepted[] = [];
  readonly batches: { id: string; ids: string[] }[] = [];
  /** Keys that were answered with two different ids. */
  readonly doubled: string[] = [];
  /** Requests without a good answer: each was repeated. */
  failures = 0;

  constructor(options: { url: string; key: string; file: string }) {
    this.url = options.url;
    this.key = options.key;
    this.file = options.file;
  }

  /** Does not wait for the answer. One in ten is sent twice, like after a lost answer. */
  submit(name: string, params: object): void {
    const key = randomUUID();
    const twice = this.given++ % 10 === 0;
    const work = this.execute(name, params, key)
      .then(async (id) => {
        this.accepted.push({ id, name, at: new Date() });
        appendFileSync(this.file, `${id} ${name} ${key}\n`);
        if (twice && (await this.execute(name, params, key)) !== id) this.doubled.push(key);
      })
      .finally(() => this.open.delete(work));
    this.open.add(work);
  }

  /** Tasks that depend on each other. Each is sent twice: a repeated request gets the stored answer, whatever has ended since. */
  submitBatch(tasks: readonly { taskName: string }[]): void {
    const key = randomUUID();
    const send = () => this.retryUntilAnswered<AcceptedBatch>('POST', '/batches', { name: 'chaos', tasks }, { 'idempotency-key': key });
    const work = send()
      .then(async ({ batchId, items }) => {
        const ids = items.map(({ executionId }) => executionId);
        for (const [i, id] of ids.entries()) this.accepted.push({ id, name: tasks[i]?.taskName ?? '', at: new Date() });
        this.batches.push({ id: batchId, ids });
        await delay(REPEAT_MS);
        if ((await send()).batchId !== batchId) this.doubled.push(key);
      })
      .finally(() => this.open.delete(work));
    this.open.add(work);
  }

  /** One request, sent once: it may be lost, or rejected because of the state of a task. */
  async tell(method: string, path: string, body: object = {}): Promise<void> {
    await this.send(method, path, body, {}, AbortSignal.timeout(PATIENCE_MS)).catch(() => (this.failures += 1));
  }

  async cancel(ids: readonly string[]): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await this.send('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: ids }, {}, signal).catch(() => (this.failures += 1));
  }

  /** Resolves when every submission has been answered. */
  async answered(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  private async execute(name: string, params: object, key: string): Promise<string> {
    const headers = { 'idempotency-key': key };
    return (await this.retryUntilAnswered<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, { params }, headers)).executionId;
  }

  /** Repeats until there is a good answer; a 4xx is not repeated. */
  async retryUntilAnswered<Answer>(method: string, path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
    for (;;) {
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const answer = await this.send(method, path, body, headers, signal);
        if (answer.ok) return (await answer.json()) as Answer;
        if (answer.status < 500 && answer.status !== 429) throw new Refused(`${path}: ${answer.status} ${await answer.text()}`);
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
      this.failures += 1;
      await delay(AGAIN_MS);
    }
  }

  private send(method: string, path: string, body: object, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const all = { authorization: `Bearer ${this.key}`, 'content-type': 'application/json', ...headers };
    return fetch(this.url + path, { method, headers: all, body: JSON.stringify(body), signal });
  }
}

class Refused extends Error {}
