const COLUMNS = `id, owner, page, name, query, shared, created_at AS "createdAt", updated_at AS "updatedAt"`;
/** The owner without its name, which may change. */
const OWN = `actor_identity(owner) = actor_identity($1)`;

/** $1 caller, $2 page or null, $3 whether shared views of others are shown, $4 limit. By page and name. */
export const SELECT_VIEWS = `
  SELECT ${COLUMNS}, ${OWN} AS own FROM saved_views WHERE (${OWN} OR (shared AND $3::boolean)) AND ($2::text IS NULL OR page = $2)
  ORDER BY page, name, id LIMIT $4`;

/** $1 caller, $2 id, $3 page, $4 name, $5 query, $6 shared, $7 limit: no row when the caller has as many. */
export const INSERT_VIEW = `
  INSERT INTO saved_views (id, owner, page, name, query, shared)
  SELECT $2, $1, $3, $4, $5, $6 WHERE (SELECT count(*) FROM saved_views WHERE ${OWN}) < $7::int
  RETURNING ${COLUMNS}, true AS own`;

/** $1 caller, $2 id, $3 page, $4 name, $5 query, $6 shared. */
export const UPDATE_VIEW = `
  UPDATE saved_views SET page = $3, name = $4, query = $5, shared = $6, updated_at = app_clock() WHERE id = $2 AND ${OWN}
  RETURNING ${COLUMNS}, true AS own`;

/** $1 caller, $2 id. */
export const DELETE_VIEW = `DELETE FROM saved_views WHERE id = $2 AND ${OWN} RETURNING id`;
