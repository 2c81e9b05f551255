import { newId } from '../../platform/ids/new-id.ts';
import { DEFAULT_PRIORITY } from '../../core/task/priority.ts';
import type { TaskTrigger } from '../../core/task/task.ts';
import type { DependencyPolicy } from '../../engine/task-dependencies.ts';
import type { NewTask } from '../../engine/task-store.ts';
import { requestHash } from '../../platform/http/idempotency.ts';
import { currentTraceContext } from '../../platform/telemetry/tracing/trace-scope.ts';
import { dispatchGroupOf } from '../definitions/dispatch-group-of.ts';
import type { TaskDefinition } from '../definitions/task-definition.registry.ts';
import { validateParams } from '../definitions/validate-params.ts';
import { checkStartOptions } from './start-options.check.ts';

export interface SubmitRequest {
  name: string;
  params?: unknown;
  /** 1–10. */
  priority?: number;
  /** Not before this time. */
  runAt?: Date | null;
  maxAttempts?: number;
  timeoutMs?: number;
  parentId?: string;
  /** Replaces the concurrency key of the definition; at most 200 characters. */
  concurrencyKey?: string;
  /** Chosen by the caller so that other tasks may refer to it; by default a new one. */
  id?: string;
  /** Ids of its dependencies. */
  dependsOn?: readonly string[];
  /** `cancel` by default. */
  onDependencyFailure?: DependencyPolicy;
  /** The text of an actor (core/actor/actor.ts). Idempotency keys are unique per actor. */
  createdBy: string;
  trigger: TaskTrigger;
  /** W3C traceparent of the request. */
  traceContext?: string | null;
  idempotencyKey?: string | null;
}

/** The row of a request, with the defaults of its definition. @throws {ProblemError} 422 for params or a key that the definition rejects. */
export function toNewTask(definition: TaskDefinition, request: SubmitRequest): NewTask {
  const params = validateParams(definition, request.params);
  checkStartOptions(request);
  return {
    id: request.id ?? newId(),
    name: definition.name,
    queue: definition.queue,
    priority: request.priority ?? DEFAULT_PRIORITY,
    runAt: request.runAt ?? null,
    params,
    maxAttempts: request.maxAttempts ?? definition.maxAttempts,
    maxRejections: definition.maxRejections,
    backoff: definition.backoff,
    timeoutMs: request.timeoutMs ?? definition.timeoutMs,
    expiresInMs: definition.expiresInMs,
    parentId: request.parentId ?? null,
    ...dispatchGroupOf(definition, params, request.concurrencyKey),
    dependsOn: request.dependsOn ?? [],
    onDependencyFailure: request.onDependencyFailure ?? 'cancel',
    accountId: definition.accountOf?.(params as never) ?? null,
    createdBy: request.createdBy,
    actor: request.createdBy,
    trigger: request.trigger,
    traceContext: request.traceContext ?? currentTraceContext(),
    idempotencyKey: request.idempotencyKey ?? null,
    requestHash: request.idempotencyKey ? hashOf(request, params) : null,
  };
}

function hashOf({ name, priority, runAt, dependsOn, onDependencyFailure, concurrencyKey }: SubmitRequest, params: object): string {
  return requestHash(name, { params, priority, runAt, dependsOn, onDependencyFailure, concurrencyKey }).toString('hex');
}
