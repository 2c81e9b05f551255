import { Module, type OnModuleInit } from '@nestjs/common';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { TaskFailure } from '../../core/task/failure.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { ResultHandlerRegistry } from '../../results/result-handler.registry.ts';
import { ResultsModule } from '../../results/results.module.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import { TaskDefinitionRegistry } from '../../tasks/definitions/task-definition.registry.ts';
import { TasksModule } from '../../tasks/tasks.module.ts';
import { Attempt } from '../../workers/attempts/attempt.ts';
import { INSERT_EFFECT } from './verify.sql.ts';

type Params = { ms: number };
type Handle = (context: TaskContext<Params>) => Promise<string>;

const OPTIONS = { maxAttempts: 30, backoff: { baseMs: 50, maxMs: 500 }, timeoutMs: 30_000 };
/** The file to which each attempt appends a line when it begins: `<task> <epoch>`. */
export const ATTEMPTS_FILE = 'CONTENTHUB_VERIFY_ATTEMPTS';

const work: Handle = ({ params, signal }) => delay(timerMs(params.ms), 'done', { signal });

/** Tasks that do nothing but take time: in one piece, in three steps, and with a failure at first. */
export const VERIFY_TASKS: Readonly<Record<string, Handle>> = {
  'verify-effect': work,
  'verify-steps': async (context) => {
    for (const step of ['one', 'two', 'three']) {
      context.log.info(step);
      await context.checkpoint(step, step, () => delay(timerMs(context.params.ms / 3), step, { signal: context.signal }));
    }
    return 'done';
  },
  'verify-retry': async (context) => {
    if (context.attempt === 1) throw new TaskFailure('transient', 'the first attempt fails');
    return work(context);
  },
};

/** Attempts are recorded outside the database. Epochs tell them apart. */
const recorded =
  (handle: Handle): Handle =>
  (context) => {
    const file = process.env[ATTEMPTS_FILE];
    if (file !== undefined) appendFileSync(file, `${context.id} ${context instanceof Attempt ? context.task.epoch : 0}\n`);
    return handle(context);
  };

/** The tasks of a verification. Each end as completed leaves one row. */
@Module({ imports: [TasksModule, ResultsModule] })
export class VerifyTasksModule implements OnModuleInit {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly results: ResultHandlerRegistry,
  ) {}

  onModuleInit(): void {
    for (const [name, handle] of Object.entries(VERIFY_TASKS)) {
      this.definitions.register({ name, ...OPTIONS }, { handle: recorded(handle) as never });
      this.results.register(name, { onCompleted: (tx, { id, epoch }) => tx.query(INSERT_EFFECT, [id, epoch]).then(() => undefined) });
    }
  }
}
