import { mutant, SQL } from './mutant.mjs';

const DISPATCH = 'src/engine/dispatch/dispatch.sql.ts';
const CLAIMS = 'src/engine/dispatch/task-claims.ts';
const pause = 'test/dispatch/pause.int-spec.ts';
const limits = 'test/dispatch/limits.int-spec.ts';
const agents = 'test/dispatch/agents.int-spec.ts';
const strategies = 'test/dispatch/strategies.int-spec.ts';
const choice = 'src/core/dispatch/choose-groups.spec.ts';
const room = 'src/core/dispatch/limit-budget.spec.ts';

export const dispatching = [
  mutant(
    'pause: of a queue',
    SQL,
    "'NOT EXISTS (SELECT FROM queues WHERE name = $1 AND paused_at IS NOT NULL)'",
    "'true'",
    pause,
    'a paused queue',
  ),
  mutant(
    'pause: of a definition',
    SQL,
    "'name <> ALL (ARRAY(SELECT name FROM paused_definitions))'",
    "'true'",
    pause,
    'a paused definition',
  ),
  mutant(
    'pause: of suspects',
    SQL,
    '`queue <> ALL (ARRAY(SELECT name FROM queues WHERE paused_at IS NOT NULL)) AND',
    '`true AND',
    pause,
    'suspects leaves a paused queue',
  ),
  mutant(
    'claim: groups first',
    SQL,
    ' AND NOT EXISTS (SELECT FROM tasks WHERE ${READY_GROUPED})',
    '',
    strategies,
    'across groups and ungrouped',
  ),
  mutant(
    'claim: no quarantined tasks without a group',
    SQL,
    'crash_count = 0 AND dispatch_group IS NULL AND queue = $1`',
    'crash_count >= 0 AND dispatch_group IS NULL AND queue = $1`',
    pause,
    'out of quarantine',
  ),
  mutant(
    'claim: no quarantined tasks of groups',
    SQL,
    'crash_count = 0 AND dispatch_group IS NOT NULL AND queue = $1`',
    'crash_count >= 0 AND dispatch_group IS NOT NULL AND queue = $1`',
    pause,
    'out of quarantine',
  ),
  mutant('groups: one claim at a time', DISPATCH, 'SELECT pg_advisory_xact_lock(${DISPATCH_LOCK})', 'SELECT 1', limits, 'ten competing'),
  mutant(
    'limit: what runs counts',
    'src/core/dispatch/limit-budget.ts',
    'maxRunning - running',
    'maxRunning - 0 * running',
    [room, limits],
    'less the running|elsewhere',
  ),
  mutant(
    'limit: external work counts',
    DISPATCH,
    "status IN ('assigned', 'running') AND",
    'lease_owner IS NOT NULL AND',
    limits,
    'elsewhere',
  ),
  mutant('limit: assigned work counts', DISPATCH, "status IN ('assigned', 'running') AND", "status = 'running' AND", limits, 'to agents'),
  mutant(
    'limit: of suspects',
    CLAIMS,
    'selectAdmissible(candidates, { wanted: claimer.limit, budgets,',
    'selectAdmissible(candidates, { wanted: claimer.limit, budgets: [],',
    limits,
    'to agents',
  ),
  mutant('rate: debited', CLAIMS, 'Math.max(0, bucketTokens - count)', 'Math.max(0, bucketTokens - 0 * count)', limits, 'is debited'),
  mutant('rate: no new bucket', DISPATCH, 'coalesce(l.tokens, excluded.tokens)', 'excluded.tokens', limits, 'adds no tokens'),
  mutant('limit: the operator first', DISPATCH, 'WHERE l.declared AND (', 'WHERE (', limits, 'an operator overrides'),
  mutant('limit: an end wakes', 'src/workers/queue-source.ts', 'this.options.throttled.taskEnded();', '', limits, 'when one ends'),
  mutant(
    'limit: a rate wakes',
    'src/engine/dispatch/throttled-queues.ts',
    '() => unblocked.abort(), timerMs',
    '() => undefined, timerMs',
    limits,
    'one after the other',
  ),
  mutant(
    'group: capabilities',
    'src/core/dispatch/choose-groups.ts',
    'if (!isCapable(capabilities, one)) return [];',
    '',
    [choice, agents],
    'skips a group|which agent',
  ),
  mutant(
    'quarantine: capabilities',
    'src/core/dispatch/select-admissible.ts',
    ' || !isCapable(capabilities, one)',
    '',
    [agents, 'src/core/dispatch/select-admissible.spec.ts'],
    'suspects|in order',
  ),
  mutant(
    'start: epoch',
    SQL,
    'WHERE t.lease_epoch = r.epoch AND t.lease_owner = $2 AND t.status',
    'WHERE t.lease_owner = $2 AND t.status',
    agents,
    'is not started by',
  ),
  mutant(
    'start: owner',
    SQL,
    "t.lease_owner = $2 AND t.status = 'assigned'",
    "t.lease_owner <> $2 || '?' AND t.status = 'assigned'",
    agents,
    'is not started by',
  ),
  mutant('start: once', SQL, "t.lease_owner = $2 AND t.status = 'assigned'", 't.lease_owner = $2', agents, 'is started once'),
  mutant('rank: fifo', SQL, "WHERE strategy = 'fifo'", "WHERE strategy = 'none'", strategies, 'fifo'),
];
