import { accounts } from './accounts.ts';
import { calendar, pool } from './calendar.ts';
import { executions, run, step } from './executions.ts';
import { health, queues, tasks, workers } from './operations.ts';
import { lists } from './lists.ts';
import { schedules } from './schedules.ts';
import { alerts, webhooks } from './notices.ts';
import { audit, settings } from './settings.ts';
import { checks, errorCodes, methods } from './codes.ts';
import { contents } from './contents.ts';
import { generate } from './generate.ts';
import { content, review } from './review.ts';
import { shell } from './shell.ts';
import { today } from './today.ts';
import { topics } from './topics.ts';

/** Every text of the admin pages. The other language has the same type, so that a missing or misspelt text does not compile. */
export const en = {
  ...shell,
  calendar,
  pool,
  topics,
  accounts,
  executions,
  run,
  step,
  queues,
  workers,
  tasks,
  health,
  schedules,
  alerts,
  webhooks,
  audit,
  settings,
  content,
  review,
  generate,
  today,
  contents,
  lists,
  checks,
  errorCodes,
  methods,
};

export type Messages = typeof en;
