// Tasks of the fault suite: innocents, which must come to their end whatever happens, and poison, which ends its process.
import { Module } from '@nestjs/common';
import { appendFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { TaskFailure } from '../../../dist/src/core/task/failure.js';
import { ResultHandlerRegistry } from '../../../dist/src/results/result-handler.registry.js';
import { ResultsModule } from '../../../dist/src/results/results.module.js';
import { TaskDefinitionRegistry } from '../../../dist/src/tasks/definitions/task-definition.registry.js';
import { TasksModule } from '../../../dist/src/tasks/tasks.module.js';

const INNOCENT = { maxAttempts: 20, backoff: { baseMs: 100, maxMs: 1_000 }, timeoutMs: 60_000 };
const POISON = { maxAttempts: 3, backoff: { baseMs: 100, maxMs: 1_000 }, timeoutMs: 3_000 };

const work = ({ params, signal }) => delay(params.ms, 'done', { signal });

const INNOCENTS = {
  'innocent-plain': work,
  'innocent-effect': work,
  'innocent-retry': async (context) => {
    if (context.attempt === 1) throw new TaskFailure('transient', 'not at the first time');
    return work(context);
  },
  'innocent-steps': async (context) => {
    for (const step of ['one', 'two', 'three']) {
      context.log.info(step);
      await context.checkpoint(step, step, () => delay(context.params.ms / 3, step, { signal: context.signal }));
    }
    context.progress(90, 'last');
    return 'done';
  },
};

const POISONS = {
  'poison-exit': () => process.exit(7),
  'poison-throw': () => {
    setImmediate(() => {
      throw new Error('uncaught exception');
    });
    return delay(60_000);
  },
  'poison-segv': () => process.kill(process.pid, 'SIGSEGV'),
  'poison-memory': () => {
    const held = [];
    for (;;) held.push(Array.from({ length: 100_000 }, () => ({})));
  },
  'poison-loop': () => {
    for (;;);
  },
};

/** Executions are counted outside the database: one line for each attempt that began, with the time in epoch milliseconds. */
const counted = (handle) => (context) => {
  const epoch = context.task?.epoch ?? 0;
  appendFileSync(process.env.FAULTS_DID_FILE, `DID ${context.id} ${epoch} ${process.pid} ${Date.now()}\n`);
  return handle(context);
};

/** Run by test/faults/chaos/agent-process.ts. */
const OF_AGENTS = { 'innocent-agent': INNOCENT, 'odd-result': { ...INNOCENT, maxAttempts: 3 } };
const elsewhere = { handle: () => Promise.reject(new Error('only agents run this task')) };

class FaultTasks {
  constructor(definitions, results) {
    this.definitions = definitions;
    this.results = results;
  }

  onModuleInit() {
    for (const [name, handle] of Object.entries(INNOCENTS)) this.definitions.register({ name, ...INNOCENT }, { handle: counted(handle) });
    for (const [name, handle] of Object.entries(POISONS)) this.definitions.register({ name, ...POISON }, { handle: counted(handle) });
    for (const [name, options] of Object.entries(OF_AGENTS)) this.definitions.register({ name, ...options, runBy: 'agents' }, elsewhere);
    this.results.register('innocent-effect', {
      onCompleted: (tx, { id, epoch }) => tx.query('INSERT INTO effects (task, epoch) VALUES ($1, $2)', [id, epoch]),
    });
  }
}

export class FaultTasksModule {}
Module({
  imports: [TasksModule, ResultsModule],
  providers: [
    {
      provide: FaultTasks,
      inject: [TaskDefinitionRegistry, ResultHandlerRegistry],
      useFactory: (definitions, results) => new FaultTasks(definitions, results),
    },
  ],
})(FaultTasksModule);
