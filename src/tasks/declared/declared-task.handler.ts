import type { JsonValue } from '../../core/text/sanitize.ts';
import type { EgressClient } from '../../platform/egress/egress.client.ts';
import type { TaskContext } from '../definitions/task-context.ts';
import type { TaskHandlerOf } from '../definitions/task-handler.decorator.ts';
import { requestFailure } from './http-failure.ts';
import { resultOf } from './response-expectation.ts';
import { labelOf, renderRequest } from './request-template.ts';
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

/** Sends the request of a declared task and extracts the result from the response. */
export class DeclaredTaskHandler implements TaskHandlerOf<object> {
  constructor(
    private readonly task: DeclaredTask,
    private readonly ports: DeclaredTaskPorts,
  ) {}

  async handle({ id, attempt, params, traceContext, signal, log }: TaskContext<object>): Promise<unknown> {
    const { env, egress } = this.ports;
    const { request, expect, result, timeoutMs } = this.task;
    const scope = { params, task: { id, attempt }, env };
    const label = labelOf(request, scope);
    const startedAt = performance.now();
    try {
      const rendered = renderRequest(request, scope, traceContext);
      const answer = await egress.request({ ...rendered, signal, timeoutMs, maxBytes: MAX_ANSWER_BYTES });
      const ms = Math.round(performance.now() - startedAt);
      log.info(this.ports.hide(`${label} answered ${answer.status} in ${ms} ms`), { status: answer.status, ms });
      return this.withoutSecrets(resultOf(answer, expect, result, Date.now()));
    } catch (error) {
      throw requestFailure(error, label, (text) => this.ports.hide(text));
    }
  }

  /** Removes secrets from a result, because some servers echo the request. */
  private withoutSecrets(result: unknown): JsonValue {
    const clean = (_: string, value: unknown) => (typeof value === 'string' ? this.ports.hide(value) : value);
    return JSON.parse(JSON.stringify(result), clean) as JsonValue;
  }
}
