import { type FailureClass, TaskFailure } from '../../core/task/failure.ts';
import type { JsonValue } from '../../core/text/sanitize.ts';
import type { EgressClient } from '../../platform/egress/egress.client.ts';
import { type EgressCode, EgressError } from '../../platform/egress/egress-error.ts';
import type { TaskContext } from '../definitions/task-context.ts';
import type { TaskHandlerOf } from '../definitions/task-handler.decorator.ts';
import { resultOf } from './response-expectation.ts';
import { renderRequest } from './request-template.ts';
import type { DeclaredTask } from './tasks-file.ts';

export interface DeclaredTaskPorts {
  egress: EgressClient;
  /** Secrets by name. */
  env: Readonly<Record<string, string>>;
  /** Replaces the secrets in a text by their names. */
  hide(text: string): string;
}

/** Limit of a response body. The limit of a result is smaller. */
const MAX_ANSWER_BYTES = 1_000_000;

const FAILURES: Partial<Record<EgressCode, FailureClass>> = {
  timeout: 'timeout',
  unresolvable: 'transient',
  connection_failed: 'transient',
  too_large: 'invalid_output',
  unsupported_encoding: 'invalid_output',
  too_many_redirects: 'invalid_output',
};

/** Sends the request of a declared task and extracts the result from the response. */
export class DeclaredTaskHandler implements TaskHandlerOf<object> {
  /** The request in messages, as the file writes it: with the names of secrets, not their values. */
  private readonly label: string;

  constructor(
    private readonly task: DeclaredTask,
    private readonly ports: DeclaredTaskPorts,
  ) {
    this.label = `${task.request.method} ${task.request.url.source}`;
  }

  async handle({ id, attempt, params, signal, log }: TaskContext<object>): Promise<unknown> {
    const { env, egress } = this.ports;
    const { request, expect, result, timeoutMs } = this.task;
    const startedAt = performance.now();
    try {
      const rendered = renderRequest(request, { params, task: { id, attempt }, env });
      const answer = await egress.request({ ...rendered, signal, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
      const ms = Math.round(performance.now() - startedAt);
      log.info(`${this.label} answered ${answer.status} in ${ms} ms`, { status: answer.status, ms });
      return this.withoutSecrets(resultOf(answer, expect, result, Date.now()));
    } catch (error) {
      throw this.toFailure(error);
    }
  }

  /** Drops the cause of an error, because its message could contain a secret. */
  private toFailure(error: unknown): unknown {
    const say = (reason: string) => this.ports.hide(`${this.label} ${reason}`);
    if (error instanceof TaskFailure) return new TaskFailure(error.failureClass, say(error.message), error.code, error.retryAfterMs);
    if (error instanceof EgressError) return new TaskFailure(FAILURES[error.code] ?? 'invalid_input', say(error.reason), error.code);
    return error;
  }

  /** Removes secrets from a result, because some servers echo the request. */
  private withoutSecrets(result: unknown): JsonValue {
    const clean = (_: string, value: unknown) => (typeof value === 'string' ? this.ports.hide(value) : value);
    return JSON.parse(JSON.stringify(result), clean) as JsonValue;
  }
}
