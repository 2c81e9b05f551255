import type { SubmitRequest } from '../../src/tasks/service/new-task.ts';
import { type EngineOptions, useEngines } from '../support/engine.ts';
import { waitFor } from '../support/wait-for.ts';

/** Longer than a test, so only a wake-up or an eager claim can start a task. */
const NO_POLLING = { POLL_INTERVAL_MS: '600000' };
/** Each change of a task waits for it; claims that find no task do not. */
export const WRITES = { text: 'LOCK TABLE task_audit IN SHARE MODE' };
/** The transitions of a task that ran once. */
export const RAN = ['submit > submitted', 'claim > running', 'complete > completed'];

export const request = (name: string, more: Partial<SubmitRequest> = {}): SubmitRequest => ({
  name,
  createdBy: 'test',
  trigger: 'api',
  ...more,
});

export function useIdleEngines() {
  const harness = useEngines();

  /** An engine whose worker waits for work, and the ids of the tasks `note` that it ran, in order. */
  async function idleEngine({ handlers = [], slots = 1, ...options }: Omit<EngineOptions, 'databaseUrl'> = {}) {
    const ran: string[] = [];
    const note = { name: 'note', handle: ({ id }: { id: string }) => ran.push(id) };
    const engine = await harness.start({ handlers: [note, ...handlers], slots, settings: NO_POLLING, ...options });
    const idle = async () => engine.pool.status().every(({ lastClaimAt }) => lastClaimAt !== null);
    await waitFor(idle, { what: 'the first claims' });
    return { engine, ran };
  }

  return { harness, idleEngine };
}
