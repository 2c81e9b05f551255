import { access } from './mutants/access.mjs';
import { accountFiles } from './mutants/account-files.mjs';
import { alerting } from './mutants/alerts.mjs';
import { agents } from './mutants/agents.mjs';
import { batchHandlers } from './mutants/batch-handlers.mjs';
import { budgets } from './mutants/budgets.mjs';
import { content } from './mutants/content.mjs';
import { creators } from './mutants/creators.mjs';
import { dispatching } from './mutants/dispatch.mjs';
import { eagerClaims } from './mutants/eager-claims.mjs';
import { streaming } from './mutants/event-stream.mjs';
import { settling, writing, external, orphaned, bumps } from './mutants/fences.mjs';
import { lifecycle } from './mutants/lifecycle.mjs';
import { measuring } from './mutants/metrics.mjs';
import { outside } from './mutants/processes-and-egress.mjs';
import { queueing } from './mutants/queues.mjs';
import { clocks, retries } from './mutants/retries-and-clocks.mjs';
import { people } from './mutants/people.mjs';
import { publishing } from './mutants/publishing.mjs';
import { spending } from './mutants/spending.mjs';
import { review } from './mutants/review.mjs';
import { schedules } from './mutants/schedules.mjs';
import { topics } from './mutants/topics.mjs';
import { rescue, locking } from './mutants/rescue-and-locks.mjs';
import { database, waiting } from './mutants/schema.mjs';
import { webhooks } from './mutants/webhooks.mjs';
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
  ...batchHandlers,
  ...eagerClaims,
  ...streaming,
  ...settling,
  ...writing,
  ...external,
  ...orphaned,
  ...bumps,
  ...budgets,
  ...spending,
  ...rescue,
  ...locking,
  ...results,
  ...events,
  ...webhooks,
  ...submitting,
  ...queueing,
  ...database,
  ...waiting,
  ...measuring,
  ...retries,
  ...clocks,
  ...agents,
  ...access,
  ...lifecycle,
  ...creators,
  ...outside,
  ...review,
  ...schedules,
  ...content,
  ...publishing,
  ...accountFiles,
  ...topics,
  ...alerting,
  ...people,
];
