import { v7 as uuidv7 } from 'uuid';

/** Statements that fill the table of tasks for tests of plans and times. */

export const ACCOUNTS = Array.from({ length: 20 }, () => uuidv7());
export const BATCH = uuidv7();
/** Has one task in 1,000. */
export const LIMITED_CALLER = 'key:01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f:scripts';

/**
 * $1 how many, $2 accounts, $3 a batch, $4 a caller. One task a second up to now: 4 % live, 90 % completed, 3 % failed, the rest timeout
 * and cancelled. Few have the account 1, the name "rare", the queue "narrow", the batch, or the error code "RARE".
 */
export const FILL = `
  INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at, started_at, parent_id,
                     error, account_id, params, terminal_at, lease_owner, lease_expires_at, deadline_at)
  SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(n), 15, '0'))::uuid,
         CASE WHEN n % 10007 = 0 THEN 'rare' ELSE 'task-' || n % 12 END, CASE WHEN n % 20011 = 0 THEN 'narrow' ELSE 'queue-' || n % 4 END, status, at, at,
         3, '{"baseMs": 1000, "maxMs": 60000}', 300000, CASE WHEN n % 1009 = 0 THEN $4 ELSE 'user:' || n % 7 || ':x' END, 'api', 'test', at,
         CASE WHEN status NOT IN ('pending', 'submitted') THEN at END, CASE WHEN n % 50021 = 0 THEN $3::uuid END,
         CASE WHEN status IN ('failed', 'timeout') THEN jsonb_build_object('class', 'transient', 'message', 'x', 'code',
              CASE WHEN n % 9973 = 0 THEN 'RARE' ELSE 'CODE_' || n % 5 END) END,
         CASE WHEN n % 2003 = 0 THEN ($2::uuid[])[1] WHEN n % 3 > 0 THEN ($2::uuid[])[2 + n % 19] END,
         jsonb_build_object('topic', 'Topic ' || n, 'keywords', jsonb_build_array('storage', 'grid'), 'requirements', repeat('Write about it. ', 20)),
         CASE WHEN status IN ('completed', 'failed', 'timeout', 'cancelled') THEN at + interval '7 s' END, CASE WHEN status = 'running' THEN 'host:1:boot' END,
         CASE WHEN status = 'running' THEN now() + interval '1 hour' END, CASE WHEN status = 'running' THEN now() + interval '1 hour' END
  FROM (SELECT n, now() - ($1::int - n) * interval '1 s' AS at,
               CASE WHEN n % 5003 = 0 THEN 'running' WHEN n % 25 = 1 THEN 'submitted' WHEN n % 1511 = 2 THEN 'pending' WHEN n % 33 = 3 OR n % 9973 = 0 THEN 'failed'
                    WHEN n % 100 = 4 THEN 'timeout' WHEN n % 100 = 5 THEN 'cancelled' ELSE 'completed' END AS status
        FROM generate_series(1, $1::int) AS n) one`;
