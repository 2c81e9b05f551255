/** $1 id, $2 type, $3 id and $4 name of the actor, $5 permission, $6 method, $7 path. */
export const INSERT_OPERATION = `
  INSERT INTO operation_audit (id, actor_type, actor_id, actor_name, permission, method, path)
  VALUES ($1, $2, $3::uuid, $4, $5, $6, $7)`;

/** $1 id, $2 status of the answer. */
export const SET_OPERATION_STATUS = `UPDATE operation_audit SET status = $2::smallint WHERE id = $1`;
