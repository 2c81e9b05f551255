import { access } from './mutants/access.mjs';
import { agents } from './mutants/agents.mjs';
import { budgets } from './mutants/budgets.mjs';
import { content } from './mutants/content.mjs';
import { creators } from './mutants/creators.mjs';
import { dispatching } from './mutants/dispatch.mjs';
import { settling, writing, external, orphaned, bumps } from './mutants/fences.mjs';
import { lifecycle } from './mutants/lifecycle.mjs';
import { outside } from './mutants/processes-and-egress.mjs';
import { queueing } from './mutants/queues.mjs';
import { clocks, retries } from './mutants/retries-and-clocks.mjs';
import { publishing } from './mutants/publishing.mjs';
import { review } from './mutants/review.mjs';
import { rescue, locking } from './mutants/rescue-and-locks.mjs';
import { database, waiting } from './mutants/schema.mjs';
import { events, results, submitting } from './mutants/services.mjs';

/**
 * The guards of the engine, of reviews and of publishing, each with the change that takes it away and the tests that must notice. A patch that no longer
 * fits stops the run.
 *
 * Left out because nothing could notice: the status in RESCUE_TASKS (tasks_lease ties an expiry to it) and the status in
 * SELECT_COMPLETED (a row that kept its epoch and is neither leased nor external is completed).
 */
export const MUTANTS = [
  ...dispatching,
  ...settling,
  ...writing,
  ...external,
  ...orphaned,
  ...bumps,
  ...budgets,
  ...rescue,
  ...locking,
  ...results,
  ...events,
  ...submitting,
  ...queueing,
  ...database,
  ...waiting,
  ...retries,
  ...clocks,
  ...agents,
  ...access,
  ...lifecycle,
  ...creators,
  ...outside,
  ...review,
  ...content,
  ...publishing,
];
