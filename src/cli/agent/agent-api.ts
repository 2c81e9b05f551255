import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../../core/time/timer-ms.ts';
import { type ApiClient, isUnreachable } from '../api-client.ts';
import { answerError } from '../api-errors.ts';
import type { Answer, HeartbeatReply, LeasedTask } from '../api-types.ts';
import { CliError } from '../cli-error.ts';

/** A task that this agent owns while its heartbeats name it. */
export type Lease = LeasedTask;

const RETRY_MS = 1_000;
/** How long a report is repeated. The lease has expired long before. */
const PATIENCE_MS = 60_000;
/** The server answers a lease call after 25 s at most. */
const LEASE_WAIT_MS = 25_000;
const LEASE_TIMEOUT_MS = 40_000;

/** The agent side of the protocol in docs/agents.md. */
export class AgentApi {
  private readonly path: string;

  /**
   * Both clients use the agent's own token. `waiting` is aborted when no more tasks are wanted; `api` continues to report
   * about the running tasks.
   */
  constructor(
    private readonly api: ApiClient,
    private readonly waiting: ApiClient,
    id: string,
  ) {
    this.path = `/agents/${id}`;
  }

  async heartbeat(running: readonly Pick<Lease, 'taskId' | 'epoch'>[], load: number): Promise<HeartbeatReply> {
    const named = running.map(({ taskId, epoch }) => ({ taskId, epoch }));
    return this.read(await this.api.send({ method: 'POST', path: `${this.path}/heartbeat`, body: { running: named, load } }));
  }

  async lease(max: number): Promise<Lease[]> {
    const body = { max, waitMs: LEASE_WAIT_MS };
    return this.read(await this.waiting.send({ method: 'POST', path: `${this.path}/lease`, body, timeoutMs: LEASE_TIMEOUT_MS }));
  }

  async unregister(): Promise<void> {
    await this.api.send({ method: 'DELETE', path: this.path });
  }

  /**
   * Reports about a lease and repeats the request while the server restarts; every report is idempotent. Returns
   * undefined when the agent has lost the lease. @throws {CliError} when the server rejects the report, or still fails
   * at the end.
   */
  say<T>(lease: Lease, word: string, more: object = {}): Promise<T | undefined> {
    return this.sayJson(lease, word, JSON.stringify({ epoch: lease.epoch, ...more }));
  }

  /** `result` is JSON text and is sent unchanged, so that numbers keep their digits and the server validates every member. */
  complete(lease: Lease, result: string): Promise<{ status: string } | undefined> {
    return this.sayJson(lease, 'complete', `{"epoch":${lease.epoch},"result":${result}}`);
  }

  private async sayJson<T>({ taskId }: Lease, word: string, json: string): Promise<T | undefined> {
    const until = performance.now() + PATIENCE_MS;
    const exchange = { method: 'POST', path: `${this.path}/tasks/${taskId}/${word}`, json } as const;
    for (;;) {
      const answer = await this.api.send(exchange).catch(undefinedIfUnreachable);
      if (answer?.status === 409) return undefined;
      if (answer && !isPassing(answer)) return this.read<T>(answer);
      const pause = answer?.retryAfterMs ?? RETRY_MS;
      if (performance.now() + pause > until) return answer && this.read<T>(answer);
      await delay(timerMs(pause));
    }
  }

  private read<T>(answer: Answer): T {
    if (answer.status < 200 || answer.status > 299) throw answerError(answer, this.api.connection);
    return (answer.text === '' ? {} : JSON.parse(answer.text)) as T;
  }
}

/** True when the same request may succeed a moment later. */
function isPassing({ status }: Pick<Answer, 'status'>): boolean {
  return status === 429 || status >= 500;
}

/** The server is unreachable, restarts or asks for a pause: the same request may succeed later. */
export function isPassingError(error: unknown): boolean {
  if (isUnreachable(error)) return true;
  const status = error instanceof CliError ? error.problem?.status : undefined;
  return status !== undefined && isPassing({ status });
}

/** The server authenticated the agent, but will never accept the request: 400, 413, 422 and similar. */
export function isRefusal(error: unknown): error is CliError {
  const status = error instanceof CliError ? error.problem?.status : undefined;
  return status !== undefined && status >= 400 && status < 500 && ![401, 403, 404, 429].includes(status);
}

function undefinedIfUnreachable(error: unknown): undefined {
  if (!isUnreachable(error)) throw error;
}
