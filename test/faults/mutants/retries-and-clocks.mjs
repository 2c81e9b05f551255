import { DEPENDENTS, TRANSITIONS, lockWaits, manualRetry, mutant, SQL } from './mutant.mjs';

export const retries = [
  mutant(
    'manual retry: waits again',
    SQL,
    `NOT $4::boolean AND o.status <> 'completed'`,
    `$4::boolean IS NULL AND o.status <> 'completed'`,
    manualRetry,
  ),
  mutant('manual retry: not for what completed', SQL, `NOT $4::boolean AND o.status <> 'completed'`, 'NOT $4::boolean', manualRetry),
  mutant('manual retry: what is retried with it', SQL, 'OR o.id = ANY (ARRAY(SELECT id FROM ended)))', 'OR false)', manualRetry),
  mutant(
    'manual retry: remembers what it ignored',
    SQL,
    'CASE WHEN $4::boolean THEN d.ignored_in_generations ||',
    'CASE WHEN false THEN d.ignored_in_generations ||',
    manualRetry,
  ),
  mutant(
    'manual retry: a time to come',
    SQL,
    `CASE WHEN t.started_at IS NULL THEN greatest(t.run_at, \${LOCKED_AT})`,
    `CASE WHEN t.started_at IS NULL THEN \${LOCKED_AT}`,
    manualRetry,
  ),
  mutant(
    'manual retry: not the pause of an attempt',
    SQL,
    'CASE WHEN t.started_at IS NULL THEN greatest(',
    'CASE WHEN true THEN greatest(',
    manualRetry,
  ),
  mutant(
    'manual retry: locks what it depends on',
    SQL,
    'UNION SELECT depends_on FROM task_dependencies WHERE task_id = ANY ($1::uuid[])',
    '',
    manualRetry,
    'is ending just now',
  ),
  mutant(
    're-arm: what waits',
    SQL,
    'SET open_dependencies = t.open_dependencies + w.count FROM waiting',
    'SET open_dependencies = t.open_dependencies FROM waiting',
    manualRetry,
  ),
  mutant('re-arm: not what ignores it', SQL, 'AND t.generation <> ALL (d.ignored_in_generations)', '', manualRetry),
  mutant('re-arm: not what has started', SQL, `AND a.to_status = 'running')`, 'AND false)', manualRetry),
  mutant(
    'dependency: an end, not a row that changes',
    DEPENDENTS,
    `'cancelled') AND o.terminal_at IS NULL\`,`,
    `'cancelled')\`,`,
    manualRetry,
    'says so',
  ),
];

export const clocks = [
  mutant('clock: at the statement', 'src/platform/database/locked-clock.ts', 'app_clock() AS now FROM', 'app_now() AS now FROM', lockWaits),
  mutant(
    'clock: after every lock',
    'src/platform/database/locked-clock.ts',
    'SELECT count(*), app_clock() AS now FROM ${locked}',
    'SELECT app_clock() AS now FROM ${locked} LIMIT 1',
    lockWaits,
  ),
  mutant(
    'clock: of a submission',
    SQL,
    'clock AS MATERIALIZED (SELECT app_clock() AS now)',
    'clock AS MATERIALIZED (SELECT app_now() AS now)',
    lockWaits,
  ),
  mutant('clock: of the audit', TRANSITIONS, 'moment timestamptz := app_clock();', 'moment timestamptz := app_now();', lockWaits),
];
