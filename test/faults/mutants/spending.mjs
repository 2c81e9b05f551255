import { mutant } from './mutant.mjs';

const POLICY = 'src/core/budget/budget-policy.ts';
const USAGE = 'src/creators/budgets/usage.sql.ts';
const BUDGETS = 'src/creators/budgets/budget.sql.ts';
const CALLER = 'src/creators/llm/model-caller.ts';
const CONFIG = 'src/creators/llm/provider-config.ts';
const WAITS = 'src/content/budgets/budget-wait.service.ts';
const CONTROL = 'src/engine/settle.sql.ts';
const SERVICE = 'src/content/budgets/budget.service.ts';
const LEDGER = 'src/creators/budgets/usage-ledger.ts';
const COUNTERS = 'migrations/1796000000092-budget-counters.ts';
const WORK = 'src/content/generation/external-work.service.ts';
const TABLES = 'migrations/1796000000022-budgets.ts';
const gate = 'test/creators/budgets.int-spec.ts';
const counters = 'test/creators/budget-counters.int-spec.ts';
const waits = 'test/content/budgets.e2e-spec.ts';
const external = 'test/content/external-budgets.e2e-spec.ts';
const scopes = 'counts for the budgets of its account';
const ended = 'of an ended process';

export const spending = [
  mutant('budget: no call without room', CALLER, "if (typeof id !== 'string') return id;", '', gate, 'makes no call when'),
  mutant('budget: reservations count', POLICY, 'spentMicros + reservedMicros + micros >', 'spentMicros + micros >', gate, 'of 50 callers'),
  mutant(
    'budget: the row lock',
    BUDGETS,
    '${COVERING} ORDER BY id FOR NO KEY UPDATE',
    '${COVERING} ORDER BY id',
    gate,
    'waits for another one',
  ),
  mutant(
    'budget: an unknown price is refused',
    POLICY,
    'cost?.currency !== currency',
    'cost !== null && cost.currency !== currency',
    gate,
    'refuses a call of an unknown price',
  ),
  mutant(
    'budget: the price is of configured models',
    CONFIG,
    '(name === model || Object.values(models).includes(name) ? price : null)',
    'price',
    gate,
    'does not take the price',
  ),
  mutant('budget: a disabled one refuses nothing', LEDGER, '.filter(({ enabled }) => enabled)', '', gate, scopes),
  mutant(
    'budget: of one provider',
    BUDGETS,
    '(provider IS NULL OR provider = $2)',
    '($2::text IS NOT NULL)',
    gate,
    'calls the next provider',
  ),
  mutant(
    'budget: counts one account',
    COUNTERS,
    'JOIN budgets b ON (b.account_id IS NULL OR b.account_id = u.account_id) AND',
    'JOIN budgets b ON',
    gate,
    scopes,
  ),
  mutant(
    'budget: sums one account',
    BUDGETS,
    `(w."accountId" IS NULL OR u.account_id = w."accountId") AND`,
    '',
    counters,
    'equal the rows of the ledger',
  ),
  mutant(
    'budget: work is reserved first',
    WORK,
    '    await this.reserve(work, { creator, name, request, run });\n',
    '',
    external,
    'waits for a budget that is used up',
  ),
  mutant(
    'budget: open work keeps its reservation',
    USAGE,
    '(w.ended_at IS NULL OR ${IS_REPORTED})',
    '${IS_REPORTED}',
    external,
    'keeps its reservation',
  ),
  mutant(
    'budget: reported work keeps its reservation',
    USAGE,
    '(w.ended_at IS NULL OR ${IS_REPORTED})',
    'w.ended_at IS NULL',
    external,
    'is settled once',
  ),
  mutant(
    'completion: the account before the rewritten content',
    'src/content/generation/task-result-handler.ts',
    "review.status === 'approved' || generated.rewrite !== null ?",
    "review.status === 'approved' ?",
    'test/content/completion-locks.e2e-spec.ts',
    'as a review does',
  ),
  mutant(
    'budget: a report in another currency',
    USAGE,
    'CASE WHEN coalesce(currency, $6::text) = $6 THEN',
    'CASE WHEN $6::text IS NOT NULL THEN',
    external,
    'costs its price',
  ),
  mutant('budget: warns once', TABLES, 'PRIMARY KEY (budget_id, window_start)', 'CHECK (spent_micros >= 0)', gate, 'is noted once'),
  mutant('budget: one event for a warning', BUDGETS, 'WHERE reported_at IS NULL ORDER', 'WHERE true ORDER', waits, 'write one event'),
  mutant(
    'budget: a refused call costs nothing',
    USAGE,
    "'released', prompt_tokens = 0, completion_tokens = 0, cost = 0",
    "'released'",
    gate,
    'is settled by its cost',
  ),
  mutant(
    'budget: the next call of a task closes the last',
    USAGE,
    "WHERE task_id = $1 AND state = 'reserved'",
    "WHERE task_id = $1 AND state = 'failed'",
    gate,
    ended,
  ),
  mutant('budget: an old reservation is closed', USAGE, "WHERE state = 'reserved' AND created_at <", 'WHERE created_at >', gate, ended),
  mutant(
    'budget: a change resumes its tasks',
    SERVICE,
    'await this.store.remove(id);\n    await this.waits.resumeChanged();',
    '',
    waits,
    'is removed',
  ),
  mutant(
    'budget: only its tasks are resumed',
    BUDGETS,
    'WHERE b.version IS DISTINCT FROM w.budget_version AND',
    'WHERE',
    waits,
    'stays where it is',
  ),
  mutant('budget: only snoozed tasks are resumed', CONTROL, "AND status = 'pending' AND reason = 'snooze'", '', waits, 'keeps the time'),
  mutant(
    'budget: a running task is seen again',
    WAITS,
    '!running.has(id)',
    'true',
    'src/content/budgets/budget-wait.service.spec.ts',
    'keeps the wait',
  ),
];
