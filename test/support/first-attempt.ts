import type { TaskContext } from '../../src/tasks/definitions/task-context.ts';

/** The context of a first attempt that nobody cancels, for a direct call of a handler. It keeps no log and no checkpoint. */
export function firstAttempt<P>(id: string, name: string, params: P): TaskContext<P> {
  const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {}, write: () => {} };
  return {
    id,
    name,
    params,
    attempt: 1,
    maxAttempts: 5,
    previousFailure: null,
    createdBy: 'test',
    traceContext: null,
    signal: new AbortController().signal,
    log,
    progress: () => {},
    checkpoint: (_step, _inputs, work) => work(),
  };
}
