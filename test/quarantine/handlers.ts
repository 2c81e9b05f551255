// The handlers of the processes in these tests. Node loads the file directly, so it has no decorators.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestHandler } from '../support/engine.ts';

export type Poison = 'exit' | 'uncaughtException' | 'unhandledRejection' | 'out of memory' | 'SIGSEGV' | 'infinite loop';

const never = () => new Promise<never>(() => undefined);

const POISONS: Record<Poison, () => unknown> = {
  exit: () => process.exit(3),
  uncaughtException: () => setImmediate(() => JSON.parse('{')),
  unhandledRejection: () => void Promise.reject(new Error('unhandled rejection')),
  'out of memory': () => {
    const held: number[][] = [];
    for (let i = 0; ; i++) held.push(Array.from<number>({ length: 1_000_000 }).fill(i));
  },
  SIGSEGV: () => process.kill(process.pid, 'SIGSEGV'),
  'infinite loop': () => {
    for (;;);
  },
};

/** Ignores SIGTERM and reports it; its descendants do the same. */
const STUBBORN = `trap '' TERM; echo "group $$"; (trap '' TERM; sleep 60) & wait; sleep 60`;

export const HANDLERS: TestHandler[] = [
  { name: 'innocent', handle: async ({ params }) => delay(Number(params['ms'] ?? 30), process.pid) },
  {
    name: 'poison',
    async handle({ params }) {
      await delay(50); // its neighbours are being claimed
      POISONS[params['kind'] as Poison]();
      return never();
    },
  },
  {
    name: 'block',
    handle({ params }) {
      const until = performance.now() + Number(params['ms']);
      while (performance.now() < until);
      return process.pid;
    },
  },
  {
    name: 'time-bomb',
    options: { isolation: 'process' },
    handle({ params }) {
      setTimeout(() => process.exit(1), Number(params['ms']));
      return process.pid;
    },
  },
  {
    name: 'babble',
    options: { isolation: 'process' },
    handle() {
      process.send?.(null);
      return never();
    },
  },
  { name: 'where', options: { isolation: 'process' }, handle: () => process.pid },
  {
    name: 'talk',
    options: { isolation: 'process' },
    async handle(task) {
      const { attempt, params } = task;
      task.progress(40, 'half-way');
      task.log.info('from afar', { attempt });
      console.log('on stdout');
      console.error('on stderr');
      const step = await task.checkpoint('step', { a: 1 }, () => Promise.resolve({ made: attempt }));
      if (attempt < Number(params['crashes'] ?? 0) + 1) process.exit(7);
      if (params['fails']) throw new RangeError('as it fell');
      return { step, at: new Date(0), map: new Map([['a', 1]]) };
    },
  },
  {
    name: 'stubborn',
    options: { isolation: 'process' },
    handle({ log }) {
      const child = spawn('sh', ['-c', STUBBORN], { stdio: ['ignore', 'pipe', 'inherit'] });
      child.stdout.on('data', (line: Buffer) => log.info(`${line.toString().trim()} of ${process.pid}`));
      return never();
    },
  },
  {
    name: 'flood',
    options: { isolation: 'process' },
    async handle({ params }) {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      for (let mib = 0; mib < Number(params['mib']); mib++) {
        await new Promise<void>((written) => process.stdout.write(chunk, () => written()));
      }
      return 'done';
    },
  },
];
