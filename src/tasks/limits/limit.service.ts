import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { MAX_KEY_LENGTH, providerKey, taskKey } from '../../core/dispatch/dispatch-group.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isLimited } from '../definitions/dispatch-group-of.ts';
import { type TaskDefinition, TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { ThrottledQueues } from '../../engine/dispatch/throttled-queues.ts';
import { type Limit, LimitStore, type NewLimit } from '../../engine/dispatch/limit-store.ts';

/** Limits on the tasks of a key that run at once, and that start in a period. */
@Injectable()
export class LimitService implements OnApplicationBootstrap {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly repository: LimitStore,
    private readonly throttled: ThrottledQueues,
  ) {}

  onApplicationBootstrap(): Promise<void> {
    return this.declare();
  }

  /** Stores the limits that the definitions of this process declare. */
  declare(): Promise<void> {
    return this.repository.declare(this.definitions.all().filter(isLimited).map(limitOf));
  }

  list(): Promise<Limit[]> {
    return this.repository.all();
  }

  /** @throws {ProblemError} 422 when no task is counted under the key. */
  async set(limit: NewLimit): Promise<Limit> {
    this.rejectUncounted(limit.key);
    if (limit.maxRunning === null && limit.rate === null) {
      throw ProblemError.unprocessable('empty_limit', 'This limit has no effect.', { detail: 'Send maxRunning, rate or both.' });
    }
    await this.repository.set(limit);
    this.throttled.taskEnded();
    return this.get(limit.key);
  }

  /** The limit of a definition applies again. @throws {ProblemError} 404 */
  async remove(key: string): Promise<void> {
    await this.get(key);
    await this.repository.remove(key);
    await this.declare();
    this.throttled.taskEnded();
  }

  private async get(key: string): Promise<Limit> {
    const found = (await this.list()).find((limit) => limit.key === key);
    if (found) return found;
    throw ProblemError.notFound('unknown_limit', `There is no limit "${key.slice(0, MAX_KEY_LENGTH)}".`, {
      detail: 'GET /limits lists all.',
    });
  }

  /** Keys of other forms are concurrency keys, which any submission may name. */
  private rejectUncounted(key: string): void {
    const all = this.definitions.all();
    if (key.startsWith(taskKey('')) && !all.some((one) => isLimited(one) && taskKey(one.name) === key)) {
      throw uncounted(key, 'Declare maxRunning or rate in the definition of that task; then it can be changed here.');
    }
    if (key.startsWith(providerKey('')) && !all.some(({ provider }) => provider !== undefined && providerKey(provider) === key)) {
      throw uncounted(key, 'Name the provider in the definitions of the tasks that use it.');
    }
  }
}

function limitOf({ name, maxRunning, rate }: TaskDefinition): NewLimit {
  return { key: taskKey(name), maxRunning: maxRunning ?? null, rate: rate ?? null };
}

function uncounted(key: string, hint: string): ProblemError {
  const title = `No task is counted under "${key.slice(0, MAX_KEY_LENGTH)}".`;
  return ProblemError.unprocessable('uncounted_key', title, { detail: `${title} ${hint}` });
}
