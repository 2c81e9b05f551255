/** SQL: the time $1 seconds ago. Older rows may be deleted. */
export const AGE_LIMIT = 'app_now() - make_interval(secs => $1)';

/**
 * SQL: the smallest UUIDv7 of the time $1 seconds ago. An id is created before its row ends or is written, so every row that is
 * older than the limit has a smaller id. A page is read by the primary key alone, and the recent part of the table is not read.
 */
export const ID_AT_AGE_LIMIT = `(lpad(to_hex((greatest(extract(epoch FROM ${AGE_LIMIT}), 0) * 1000)::bigint), 12, '0') || repeat('0', 20))::uuid`;
