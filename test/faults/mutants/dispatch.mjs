import { mutant, running, SQL, TASKS } from './mutant.mjs';

const DISPATCH = 'src/engine/dispatch/dispatch.sql.ts';
const READY = 'src/engine/ready.sql.ts';
const CLAIMS = 'src/engine/dispatch/task-claims.ts';
const LEDGER = 'src/engine/dispatch/limit-ledger.ts';
const pause = 'test/dispatch/pause.int-spec.ts';
const backlogs = 'test/dispatch/backlogs.int-spec.ts';
const limits = 'test/dispatch/limits.int-spec.ts';
const agents = 'test/dispatch/agents.int-spec.ts';
const strategies = 'test/dispatch/strategies.int-spec.ts';
const choice = 'src/core/dispatch/choose-groups.spec.ts';
const room = 'src/core/dispatch/limit-budget.spec.ts';

export const dispatching = [
  mutant(
    'pause: of a queue',
    READY,
    "'NOT EXISTS (SELECT FROM queues WHERE name = $1 AND paused_at IS NOT NULL)'",
    "'true'",
    pause,
    'a paused queue',
  ),
  mutant(
    'pause: of a definition',
    READY,
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
  mutant('claim: groups first', SQL, ' WHERE NOT EXISTS (SELECT FROM grouped)', '', strategies, 'across groups and ungrouped'),
  mutant(
    'claim: no quarantined task without a group',
    READY,
    'crash_count = 0 AND dispatch_group IS NULL AND queue = $1`',
    'crash_count >= 0 AND dispatch_group IS NULL AND queue = $1`',
    pause,
    'out of quarantine',
  ),
  mutant(
    'claim: no quarantined task of a group',
    READY,
    'crash_count = 0 AND dispatch_group IS NOT NULL AND queue = $1`',
    'crash_count >= 0 AND dispatch_group IS NOT NULL AND queue = $1`',
    pause,
    'out of quarantine',
  ),
  mutant('claim: known names only', READY, 'name = ANY (${names}::text[]) AND ', '', [backlogs, running], 'does not know'),
  mutant('claim: a backlog is stepped over', TASKS, 'tasks (queue, name, rank, id)', 'tasks (queue, rank, id)', backlogs, 'steps over'),
  mutant(
    'claim: groups of a backlog',
    TASKS,
    '(queue, name, dispatch_group, rank, id)',
    '(queue, dispatch_group, rank, id)',
    backlogs,
    'steps over',
  ),
  mutant(
    'claim: what other claims left',
    SQL,
    'SELECT id FROM first UNION ALL SELECT id FROM rest',
    'SELECT id FROM first',
    backlogs,
    'at the same moment',
  ),
  mutant('claim: spare groups', CLAIMS, '[...chosen, ...spare]', 'chosen', strategies, 'takes each task once'),
  mutant(
    'limit: one claim of a key at a time',
    DISPATCH,
    'SELECT pg_advisory_xact_lock(${LIMITS_LOCK}, number)',
    'SELECT number',
    limits,
    'ten competing',
  ),
  mutant(
    'limit: no lock for other keys',
    CLAIMS,
    'candidates.some((group) => group.keys.includes(key))',
    'candidates.length > 0',
    limits,
    'only for the limited keys',
  ),
  mutant('key without limit: no lock', CLAIMS, 'if (keys.length === 0) return', 'if (keys.length < 0) return', limits, 'without a limit'),
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
    'limit: of quarantined tasks',
    'src/engine/dispatch/quarantine-claims.ts',
    'selectAdmissible(candidates, { wanted, budgets,',
    'selectAdmissible(candidates, { wanted, budgets: [],',
    limits,
    'to agents',
  ),
  mutant('rate: debited', LEDGER, 'Math.max(0, bucketTokens - count)', 'Math.max(0, bucketTokens - 0 * count)', limits, 'is debited'),
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
    'if (!round || !isCapable(capabilities, one)) return [];',
    'if (!round) return [];',
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
