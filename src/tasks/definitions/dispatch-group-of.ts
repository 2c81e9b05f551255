import { MAX_KEY_LENGTH, providerKey, taskKey, toDispatchGroup } from '../../core/dispatch/dispatch-group.ts';
import { countUnstorable } from '../../core/text/storable-text.ts';
import type { NewTask } from '../../engine/task-store.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { TaskDefinition } from './task-definition.registry.ts';

/** The dispatch group of a new task. `given`: the concurrency key of its submission. @throws {ProblemError} 422 for an invalid key. */
export function dispatchGroupOf(
  definition: TaskDefinition,
  params: object,
  given: string | undefined,
): Pick<NewTask, 'dispatchGroup' | 'limitKeys' | 'capabilities'> {
  const { name, capabilities, concurrencyKey, provider } = definition;
  const key = given ?? concurrencyKey?.(params as never);
  if (key !== undefined) checkKey(key);
  const keys = [key, provider === undefined ? undefined : providerKey(provider), isLimited(definition) ? taskKey(name) : undefined];
  const group = toDispatchGroup({ capabilities, keys: keys.filter((one) => one !== undefined) });
  return { dispatchGroup: group.group, limitKeys: nullIfEmpty(group.keys), capabilities: nullIfEmpty(group.capabilities) };
}

/** True when tasks of this definition are counted under its name. */
export function isLimited({ maxRunning, rate }: TaskDefinition): boolean {
  return maxRunning !== undefined || rate !== undefined;
}

const nullIfEmpty = (texts: readonly string[]) => (texts.length === 0 ? null : texts);

function checkKey(key: string): void {
  if (key === '' || key.length > MAX_KEY_LENGTH) throw invalidKey(`has ${key.length} characters; 1 to ${MAX_KEY_LENGTH} are allowed`);
  if (countUnstorable(key) > 0) throw invalidKey('has a NUL character or an unpaired surrogate, which cannot be stored');
}

function invalidKey(detail: string): ProblemError {
  return ProblemError.unprocessable('invalid_concurrency_key', 'The concurrency key of this task is invalid.', {
    detail: `The key ${detail}.`,
    errors: [{ pointer: '/concurrencyKey', code: 'invalid_concurrency_key', detail }],
  });
}
