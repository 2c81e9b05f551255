import { mutant, SERVICE } from './mutant.mjs';

const READING = 'src/monitoring/metrics/metric-reading.sql.ts';
const TASK_METRICS = 'src/engine/task-metrics.ts';
const metrics = 'test/monitoring/metrics.int-spec.ts';
const counters = 'test/monitoring/task-metrics.int-spec.ts';

const STATISTICS = 'src/engine/inspection/daily-statistics.sql.ts';
const statistics = 'test/monitoring/statistics.int-spec.ts';

/** One process reads for all, and counters count what took effect. */
export const measuring = [
  mutant(
    'metrics: one reader in an interval',
    READING,
    'WHERE r.read_at NOT BETWEEN app_now() - ${EVERY} AND app_now() + ${EVERY}',
    'WHERE ${EVERY} IS NOT NULL',
    metrics,
    'are read by one process',
  ),
  mutant(
    'metrics: a clock that was set back',
    READING,
    'NOT BETWEEN app_now() - ${EVERY} AND app_now() + ${EVERY}',
    '< app_now() - ${EVERY}',
    metrics,
    'a clock was set back',
  ),
  mutant(
    'metrics: the later reading stays',
    READING,
    'AND read_at = $2::timestamptz',
    'AND $2::timestamptz IS NOT NULL',
    metrics,
    'the later of two readings',
  ),
  mutant(
    'metrics: fenced writes are no ends',
    TASK_METRICS,
    'if (won) this.attempts',
    'if (name) this.attempts',
    counters,
    'fenced writes',
  ),
  mutant('metrics: a repeated submission', SERVICE, 'if (stored.replayed) return stored;', '', counters, 'a repeated submission'),
  mutant(
    'statistics: the watermark moves',
    STATISTICS,
    'SET xid = $1::xid8, counted_at',
    'SET xid = least(xid, $1::xid8), counted_at',
    statistics,
    'to the unit',
  ),
  mutant(
    'statistics: one process counts',
    STATISTICS,
    "WHERE name = 'daily' FOR UPDATE SKIP LOCKED",
    "WHERE name = 'daily'",
    statistics,
    'one process at a time',
  ),
  mutant(
    'statistics: below the watermark',
    STATISTICS,
    'a.xid >= $1::xid8 AND a.xid < $2::xid8',
    '$1::xid8 IS NOT NULL AND a.xid < $2::xid8',
    statistics,
    'to the unit',
  ),
  mutant(
    'statistics: no transaction in progress',
    STATISTICS,
    "const HORIZON = 'pg_snapshot_xmin(pg_current_snapshot())'",
    "const HORIZON = 'pg_snapshot_xmax(pg_current_snapshot())'",
    statistics,
    'commits after a later one',
  ),
  mutant(
    'statistics: old rows after a restore',
    STATISTICS,
    'a.at > $3::timestamptz',
    '$3::timestamptz IS NOT NULL',
    statistics,
    'after a restore',
  ),
  mutant(
    'statistics: new rows after a restore',
    STATISTICS,
    'OR a.at > $2::timestamptz',
    'OR $2::timestamptz IS NULL',
    statistics,
    'after a restore',
  ),
  mutant(
    'health: a status keeps its date',
    'src/core/monitoring/health-check.ts',
    'earlier?.status === check.status ? earlier.since : now',
    'now',
    ['src/core/monitoring/health-checks.spec.ts', 'test/monitoring/health-report.e2e-spec.ts'],
    'status',
  ),
];
