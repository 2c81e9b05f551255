import { DELETED_ROWS } from '../../database/delete-in-pages.ts';

/** $1 id, $2 type, $3 id and $4 name of the actor, $5 permission, $6 method, $7 path, $8 reason, $9 id of the request. */
export const INSERT_OPERATION = `
  INSERT INTO operation_audit (id, actor_type, actor_id, actor_name, permission, method, path, reason, request_id)
  VALUES ($1, $2, $3::uuid, $4, $5, $6, $7, $8, $9)`;

/** $1 id, $2 status of the answer, $3 what it changed (JSON) or null. */
export const END_OPERATION = `UPDATE operation_audit SET status = $2::smallint, changes = $3::jsonb WHERE id = $1`;

/** $1 id of the actor, $2 name of the actor, $3 permission, $4 from, $5 before, $6 method, $7 beginning of the path (each null for any), $8 ids below or null, $9 at most. */
export const LIST_OPERATIONS = `
  SELECT id, at, actor_type AS "actorType", actor_id AS "actorId", actor_name AS "actorName", permission, method, path, status,
         reason, request_id AS "requestId", changes
  FROM operation_audit
  WHERE ($1::uuid IS NULL OR actor_id = $1) AND ($2::text IS NULL OR actor_name = $2) AND ($3::text IS NULL OR permission = $3)
    AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) AND ($6::text IS NULL OR method = $6)
    AND ($7::text IS NULL OR starts_with(path, $7)) AND ($8::uuid IS NULL OR id < $8)
  ORDER BY id DESC LIMIT $9::int`;

/** $1 seconds. */
export const DELETE_OPERATIONS = `
  WITH old AS MATERIALIZED (
    SELECT id FROM operation_audit WHERE at < app_now() - make_interval(secs => $1) ORDER BY at LIMIT ${DELETED_ROWS} FOR UPDATE SKIP LOCKED)
  DELETE FROM operation_audit WHERE id = ANY (ARRAY(SELECT id FROM old))
  RETURNING id`;
