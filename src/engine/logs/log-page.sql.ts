import { LINES_PER_PAGE } from './log-rows.ts';

/**
 * $1 ids, $2 seqs and $3 versions: one row for each, in order, with the lines and transitions after them. One snapshot, so a task
 * that is final in it has all its lines in it.
 */
export const SELECT_LOG_PAGES = `
  SELECT w.id, t.status, t.attempt, t.error, t.progress, t.step, t.timeout_ms AS "timeoutMs", l.lines, a.transitions
  FROM unnest($1::uuid[], $2::int[], $3::int[]) WITH ORDINALITY AS w (id, seq, version, nth)
  LEFT JOIN tasks t ON t.id = w.id
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('seq', seq, 'at', at, 'level', level, 'message', message, 'data', data) ORDER BY seq), '[]') AS lines
    FROM (SELECT * FROM task_logs WHERE task_id = w.id AND seq > w.seq ORDER BY seq LIMIT ${LINES_PER_PAGE}) page) l
  CROSS JOIN LATERAL (
    SELECT coalesce(json_agg(json_build_object('version', version, 'attempt', attempt, 'from', from_status, 'to', to_status, 'reason', reason,
             'actor', actor, 'detail', detail, 'at', at) ORDER BY version), '[]') AS transitions
    FROM task_audit WHERE task_id = w.id AND version > w.version) a
  ORDER BY w.nth`;
