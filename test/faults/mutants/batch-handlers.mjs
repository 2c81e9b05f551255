import { mutant } from './mutant.mjs';

const HANDLER = 'src/tasks/definitions/batching-handler.ts';
const tests = 'test/engine/batch-handlers.int-spec.ts';

export const batchHandlers = [
  mutant('batch: an error fails only its own task', HANDLER, 'values[i] instanceof Error', 'false', tests, 'without the others'),
  mutant('batch: as many values as tasks', HANDLER, '|| values.length !== batch.length', '', tests, 'answers too few'),
  mutant('batch: at most its size', HANDLER, 'this.pending.length >= this.size', 'false', tests, 'at most as many'),
  mutant('batch: without a stopped task', HANDLER, 'if (this.waitMs > 0)', 'if (false)', tests, 'cancelled while it waited'),
  mutant(
    'batch: the timer of a batch that is empty ends',
    HANDLER,
    'if (this.pending.length === 0) clearTimeout(this.timer);',
    '',
    'src/tasks/definitions/batching-handler.spec.ts',
    'full time',
  ),
];
