import type { Http } from '../support/application.ts';

export interface Lease {
  taskId: string;
  epoch: number;
  name: string;
  params: Record<string, unknown>;
  attempt: number;
  timeoutMs: number;
  ttlMs: number;
  traceparent: string | null;
  previousFailure: { class: string } | null;
  logSeq: number;
}

export interface Enrolled {
  id: string;
  token: string;
  heartbeatMs: number;
  ttlMs: number;
}

type Words = 'start' | 'progress' | 'logs' | 'complete' | 'fail' | 'release';

/** An agent that a test controls. */
export class TestAgent {
  private constructor(
    private readonly http: Http,
    readonly id: string,
    readonly token: string,
  ) {}

  static async register(http: Http, body: object, token?: string): Promise<TestAgent> {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await http<Enrolled>('POST', '/agents', body, headers);
    if (answer.status !== 201) throw new Error(`registering: ${answer.status} ${answer.text}`);
    return new TestAgent(http, answer.body.id, answer.body.token);
  }

  call<Body = Record<string, unknown>>(method: string, path: string, body?: unknown) {
    return this.http<Body>(method, path, body, { authorization: `Bearer ${this.token}` });
  }

  async lease(max = 1, waitMs = 2_000): Promise<Lease[]> {
    const answer = await this.call<Lease[]>('POST', `/agents/${this.id}/lease`, { max, waitMs });
    if (answer.status !== 200) throw new Error(`lease: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** One started task. */
  async take(): Promise<Lease> {
    const [lease] = await this.lease();
    if (!lease) throw new Error('there was nothing to lease');
    const started = await this.say(lease, 'start');
    if (started.status !== 200) throw new Error(`start: ${started.status} ${started.text}`);
    return lease;
  }

  say({ taskId, epoch }: Pick<Lease, 'taskId' | 'epoch'>, word: Words, more: object = {}) {
    return this.call('POST', `/agents/${this.id}/tasks/${taskId}/${word}`, { epoch, ...more });
  }

  beat(running: readonly Pick<Lease, 'taskId' | 'epoch'>[] = [], load?: number) {
    const named = running.map(({ taskId, epoch }) => ({ taskId, epoch }));
    return this.call<{ lost: string[]; cancel: string[]; drain: boolean; ttlMs: number }>('POST', `/agents/${this.id}/heartbeat`, {
      running: named,
      load,
    });
  }
}
