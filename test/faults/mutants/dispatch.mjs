import { mutant, running, SQL, TASKS, SUBMITTED_INDEX } from './mutant.mjs';

const DISPATCH = 'src/engine/dispatch/dispatch.sql.ts';
const READY = 'src/engine/ready.sql.ts';
const CLAIMS = 'src/engine/dispatch/task-claims.ts';
const UNGROUPED = 'src/engine/dispatch/ungrouped-claims.ts';
const FLOOR = 'src/core/dispatch/claim-floor.ts';
const LEDGER = 'src/engine/dispatch/limit-ledger.ts';
const pause = 'test/dispatch/pause.int-spec.ts';
const backlogs = 'test/dispatch/backlogs.int-spec.ts';
const deadEntries = 'test/dispatch/dead-entries.int-spec.ts';
const stale = 'test/dispatch/stale-statistics.int-spec.ts';
const ungrouped = 'src/engine/dispatch/ungrouped-claims.spec.ts';
const floor = 'src/core/dispatch/claim-floor.spec.ts';
const limits = 'test/dispatch/limits.int-spec.ts';
const agents = 'test/dispatch/agents.int-spec.ts';
const strategies = 'test/dispatch/strategies.int-spec.ts';
const choice = 'src/core/dispatch/choose-groups.spec.ts';
const room = 'src/core/dispatch/limit-budget.spec.ts';

export const dispatching = [
  mutant(
    'claim: not by the index that lists read',
    SUBMITTED_INDEX,
    "WHERE status = 'submitted' AND terminal_at IS NULL",
    "WHERE status = 'submitted'",
    stale,
    'reads few rows',
  ),
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
    'skips a paused queue',
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
  mutant('claim: the only name', SQL, ' AND ${noOtherName(ready)} THEN', ' THEN', backlogs, 'takes an earlier task of the name'),
  mutant(
    'claim: a paused only name',
    SQL,
    ' AND NOT EXISTS (SELECT FROM paused_definitions WHERE name = $5)',
    '',
    backlogs,
    'while the name is paused',
  ),
  mutant(
    'claim: an only name that is not known',
    UNGROUPED,
    'name !== undefined && names.includes(name) ? name : undefined',
    'name',
    backlogs,
    'does not know the name',
  ),
  mutant(
    'claim: known names only',
    READY,
    'name = ANY (ARRAY(SELECT unnest(${names}::text[]))) AND ',
    '(name = ANY (ARRAY(SELECT unnest(${names}::text[]))) OR true) AND ',
    [backlogs, running],
    'does not know',
  ),
  mutant('claim: not the index by name', READY, ": 'name, rank, id'", ": 'name'", backlogs, 'reads no finished'),
  mutant('claim: one plan', SQL, "'(SELECT $2::int)'", "'$2::int'", backlogs, 'planned once'),
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
    'while a second claim holds the first ones',
  ),
  mutant('claim: from a rank', READY, ' AND rank >= to_timestamp($6)', ' AND $6::float8 IS NOT NULL', deadEntries, 'reads no entries'),
  mutant('claim: full scans', FLOOR, 'nowMs < this.nextFullScanAtMs ? this.floor : ', 'this.floor; void ', floor, 'whatever claims took'),
  mutant('claim: dead rows', FLOOR, 'deadRows >= MANY_DEAD_ROWS', 'true', floor, 'without dead rows'),
  mutant('claim: a floor below the last ranks', FLOOR, 'lowest - MARGIN_SECONDS', 'lowest', floor, 'is a second below'),
  mutant('claim: other names above a floor', UNGROUPED, ' || (tasks.length === 0 && !isFullScan)', '', ungrouped, 'considers all names'),
  mutant('claim: every task for bullmq', UNGROUPED, 'isSlow && this.hasFloors', 'isSlow', ungrouped, 'must see'),
  mutant(
    'claim: groups above a floor',
    CLAIMS,
    'const { hasUngrouped, hasGroups } = await',
    'if (!isFullScan) return [];\n      const { hasUngrouped, hasGroups } = await',
    deadEntries,
    'in a group',
  ),
  mutant('claim: another name', CLAIMS, 'this.ungrouped.forgetName(queue);', '', backlogs, 'takes an earlier task of the name'),
  mutant('claim: spare groups', CLAIMS, '[...chosen, ...spare]', 'chosen', strategies, 'another process holds'),
  mutant(
    'limit: one claim of a key at a time',
    DISPATCH,
    'SELECT pg_advisory_xact_lock(${LIMITS_LOCK}, number)',
    'SELECT number',
    limits,
    'are waited for by a claim',
  ),
  mutant(
    'limit: no lock for other keys',
    CLAIMS,
    'candidates.some((group) => group.keys.includes(key))',
    'candidates.length > 0',
    limits,
    'only for the limited keys',
  ),
  mutant(
    'key without limit: no lock',
    CLAIMS,
    'limits.map(({ key }) => key).filter((key) => candidates.some((group) => group.keys.includes(key)))',
    'candidates.flatMap((group) => group.keys)',
    limits,
    'without a limit',
  ),
  mutant(
    'limit: what runs counts',
    'src/core/dispatch/limit-budget.ts',
    'maxRunning - running',
    'maxRunning - 0 * running',
    [room, limits],
    'less the running|in another system',
  ),
  mutant(
    'limit: external work counts',
    DISPATCH,
    "status IN ('assigned', 'running') AND",
    'lease_owner IS NOT NULL AND',
    limits,
    'in another system',
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
  mutant('limit: an end wakes', 'src/workers/sources/queue-source.ts', 'this.options.throttled.taskEnded();', '', limits, 'when one ends'),
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
