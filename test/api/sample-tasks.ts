import { IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { once } from 'node:events';
import { TaskFailure } from '../../src/core/task/failure.ts';
import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';
import type { TestHandler } from '../support/application.ts';

class SpaceParams {
  @IsString()
  @MaxLength(50)
  @IsOptional()
  space?: string;

  @IsInt()
  @Min(1)
  @IsOptional()
  depth?: number;
}

/** Handlers with the names of the asynchronous task guide. The tests decide when they end. */
export class SampleTasks {
  /** Ids of the executions whose signal has aborted. */
  readonly aborted = new Set<string>();
  private readonly gates = new Map<string, () => void>();

  readonly handlers: TestHandler[] = [
    {
      name: 'user-space-sync',
      description: 'Copies the pages of a space.',
      params: SpaceParams,
      handle: (context) => this.syncSpace(context),
    },
    { name: 'feishu-sync', handle: (context) => this.syncFeishu(context) },
    { name: 'broken-sync', maxAttempts: 1, handle: () => Promise.reject(new TaskFailure('rejected', 'the space is gone', 'space_gone')) },
    { name: 'hesitant-sync', maxAttempts: 3, backoff: { baseMs: 1, maxMs: 1 }, handle: (context) => this.succeedAtSecondTry(context) },
  ];

  /** Completes a waiting `user-space-sync`. */
  finish(executionId: string): void {
    this.gates.get(executionId)?.();
  }

  isWaiting(executionId: string): boolean {
    return this.gates.has(executionId);
  }

  private async syncSpace(context: TaskContext): Promise<object> {
    const { id, params, signal, log } = context;
    const { space = 'all' } = params as SpaceParams;
    log.info(`Sync of ${space} begins`, { space });
    context.progress(40, 'copy');
    const released = new Promise<void>((ok) => this.gates.set(id, ok));
    await Promise.race([released, once(signal, 'abort')]);
    this.gates.delete(id);
    if (signal.aborted) this.aborted.add(id);
    signal.throwIfAborted();
    log.info('Sync done');
    return { pages: 3 };
  }

  private syncFeishu({ log }: TaskContext): Promise<object> {
    for (let page = 1; page <= 5; page++) log.debug(`page ${page}`, { page });
    return Promise.resolve({ pages: 5 });
  }

  private succeedAtSecondTry({ attempt, log }: TaskContext): Promise<object> {
    log.info(`try ${attempt}`);
    return attempt === 1 ? Promise.reject(new TaskFailure('transient', 'not yet')) : Promise.resolve({ attempt });
  }
}
