import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

const PATIENCE_MS = 5_000;
const AGAIN_MS = 200;

export interface Accepted {
  id: string;
  name: string;
  at: Date;
}

/** Submits tasks through the balancer and asks again, under the same key, until it is answered. */
export class Client {
  private readonly url: string;
  private readonly key: string;
  private readonly file: string;
  private readonly open = new Set<Promise<void>>();
  private given = 0;
  readonly accepted: Accepted[] = [];
  /** Keys that were answered with two different ids. */
  readonly doubled: string[] = [];
  /** Requests without a good answer: each was sent again. */
  failures = 0;

  constructor(options: { url: string; key: string; file: string }) {
    this.url = options.url;
    this.key = options.key;
    this.file = options.file;
  }

  /** Does not wait for the answer. One in ten is sent twice, as by a client that lost the first answer. */
  submit(name: string, params: object): void {
    const key = randomUUID();
    const twice = this.given++ % 10 === 0;
    const work = this.insist(name, params, key)
      .then(async (id) => {
        this.accepted.push({ id, name, at: new Date() });
        appendFileSync(this.file, `${id} ${name} ${key}\n`);
        if (twice && (await this.insist(name, params, key)) !== id) this.doubled.push(key);
      })
      .finally(() => this.open.delete(work));
    this.open.add(work);
  }

  async cancel(ids: readonly string[]): Promise<void> {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    await this.send('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: ids }, {}, signal).catch(() => (this.failures += 1));
  }

  /** Resolves when every submission has been answered. */
  async answered(): Promise<void> {
    while (this.open.size > 0) await Promise.all(this.open);
  }

  private async insist(name: string, params: object, key: string): Promise<string> {
    for (;;) {
      try {
        const signal = AbortSignal.timeout(PATIENCE_MS);
        const answer = await this.send('POST', `/tasks/${name}/execute/api`, { params }, { 'idempotency-key': key }, signal);
        if (answer.ok) return ((await answer.json()) as { executionId: string }).executionId;
        if (answer.status < 500) throw new Refused(`${name}: ${answer.status} ${await answer.text()}`);
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
