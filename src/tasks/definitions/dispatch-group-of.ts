import { formatDispatchGroup, MAX_KEY_LENGTH, providerKey, taskKey } from '../../core/dispatch/dispatch-group.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { TaskDefinition } from './task-definition.registry.ts';

/** Where a new task waits; null for one that nothing but its queue decides about. @throws {ProblemError} 422 for a key that is none. */
export function dispatchGroupOf(definition: TaskDefinition, params: object, given: string | undefined): string | null {
  const { name, capabilities, concurrencyKey, provider } = definition;
  const key = given ?? concurrencyKey?.(params as never);
  if (key !== undefined && (key === '' || key.length > MAX_KEY_LENGTH)) throw notAKey(key);
  const keys = [key, provider === undefined ? undefined : providerKey(provider), isLimited(definition) ? taskKey(name) : undefined];
  return formatDispatchGroup({ capabilities, keys: keys.filter((one) => one !== undefined) });
}

/** Whether tasks of this definition are counted under its name. */
export function isLimited({ maxRunning, rate }: TaskDefinition): boolean {
  return maxRunning !== undefined || rate !== undefined;
}

function notAKey(key: string): ProblemError {
  const detail = `has ${key.length} characters; 1 to ${MAX_KEY_LENGTH} are possible`;
  return ProblemError.unprocessable('invalid_concurrency_key', 'The concurrency key of this task cannot be used.', {
    detail: `The key ${detail}.`,
    errors: [{ pointer: '/concurrencyKey', code: 'invalid_concurrency_key', detail }],
  });
}
