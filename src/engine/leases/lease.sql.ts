import { clockAfter, LOCKED_AT } from '../../platform/database/locked-clock.ts';

/**
 * $1 ids, $2 epochs, $3 seconds of lease. Never changes the deadline. A lease that is not returned is lost. A row that
 * another transaction has locked is returned with `renewed` false: the worker still has the lease, and the rescuer passes over
 * locked rows too. A renewal that waited for one row cost the worker all of its leases.
 */
export const EXTEND_LEASES = `
  WITH mine AS MATERIALIZED (
    SELECT t.id FROM unnest($1::uuid[], $2::int[]) AS r (id, epoch) JOIN tasks t ON t.id = r.id
    WHERE t.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL ORDER BY t.id FOR NO KEY UPDATE OF t SKIP LOCKED),
  ${clockAfter('mine')},
  renewed AS (
    UPDATE tasks t SET lease_expires_at = ${LOCKED_AT} + make_interval(secs => $3), heartbeat_seq = t.heartbeat_seq + 1
    FROM mine WHERE t.id = mine.id
    RETURNING t.id)
  SELECT t.id, n.id IS NOT NULL AS renewed
  FROM unnest($1::uuid[], $2::int[]) AS r (id, epoch) JOIN tasks t ON t.id = r.id LEFT JOIN renewed n ON n.id = t.id
  WHERE t.lease_epoch = r.epoch AND t.lease_owner IS NOT NULL`;
