// Tasks that are busy when their process is asked to end. Loaded by Node from the sources, so without decorators.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { TaskContext } from '../../../src/tasks/definitions/task-context.ts';

const LONG_MS = 600_000;
const never = () => new Promise<never>(() => undefined);
/** Ignores SIGTERM, and so does its child. */
const STUBBORN = `trap '' TERM; (trap '' TERM; sleep 600) & wait; sleep 600`;

interface BusyTask {
  readonly name: string;
  readonly isolation?: 'process';
  readonly maxAttempts?: number;
  readonly handle: (context: TaskContext) => Promise<unknown>;
}

export const BUSY_TASKS: readonly BusyTask[] = [
  { name: 'ends-in-time', handle: () => delay(1_000, 'done') },
  { name: 'obeys', handle: ({ signal }) => delay(LONG_MS, undefined, { signal }) },
  { name: 'ignores', handle: never },
  { name: 'ignores-at-last', maxAttempts: 1, handle: never },
  { name: 'isolated-obeys', isolation: 'process', handle: ({ signal }) => delay(LONG_MS, undefined, { signal }) },
  {
    name: 'isolated-ignores',
    isolation: 'process',
    handle({ log }) {
      process.on('SIGTERM', () => undefined);
      log.info(`group ${spawn('sh', ['-c', STUBBORN], { stdio: 'ignore' }).pid}`);
      return never();
    },
  },
];
