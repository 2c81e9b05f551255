import { mutant } from './mutant.mjs';

const POLICY = 'src/core/budget/budget-policy.ts';
const USAGE = 'src/creators/budgets/usage.sql.ts';
const BUDGETS = 'src/creators/budgets/budget.sql.ts';
const CALLER = 'src/creators/llm/model-caller.ts';
const CONFIG = 'src/creators/llm/provider-config.ts';
const WAITS = 'src/content/budgets/budget-wait.service.ts';
const CONTROL = 'src/engine/settle.sql.ts';
const SERVICE = 'src/content/budgets/budget.service.ts';
const TABLES = 'migrations/1796000000022-budgets.ts';
const gate = 'test/creators/budgets.int-spec.ts';
const waits = 'test/content/budgets.e2e-spec.ts';
const scopes = 'counts for the budgets of its account';
const ended = 'of an ended process';

export const spending = [
  mutant('budget: no call without room', CALLER, "if (typeof id !== 'string') return id;", '', gate, 'makes no call when'),
  mutant('budget: reservations count', POLICY, 'spentMicros + reservedMicros + micros >', 'spentMicros + micros >', gate, 'of 50 callers'),
  mutant('budget: the row lock', BUDGETS, '${SELECT_COVERING} FOR NO KEY UPDATE', '${SELECT_COVERING}', gate, 'of 50 callers'),
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
  mutant('budget: a disabled one refuses nothing', BUDGETS, "'enabled AND (account_id", "'(account_id", gate, scopes),
  mutant(
    'budget: of one provider',
    BUDGETS,
    '(provider IS NULL OR provider = $2)',
    '($2::text IS NOT NULL)',
    gate,
    'calls the next provider',
  ),
  mutant('budget: sums one account', BUDGETS, `(w."accountId" IS NULL OR u.account_id = w."accountId") AND`, '', gate, scopes),
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
    "WHERE task_id = $2 AND state = 'reserved'",
    "WHERE task_id = $2 AND state = 'failed'",
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
