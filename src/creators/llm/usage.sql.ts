/** $1 id, $2 task, $3 attempt, $4 account, $5 creator, $6 provider, $7 model, $8 step, $9 prompt tokens, $10 cost, $11 currency. The estimate stays when the process dies. */
export const RESERVE_USAGE = `
  INSERT INTO creator_usage (id, task_id, attempt, account_id, creator, provider, model, step, state, prompt_tokens, completion_tokens, cost, currency, estimated, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'reserved', $9, 0, $10::numeric, $11, true, app_clock())`;

/** $1 id, $2 state, $3 model, $4 prompt tokens, $5 completion tokens, $6 cost, $7 estimated. */
export const SETTLE_USAGE = `
  UPDATE creator_usage SET state = $2, model = $3, prompt_tokens = $4, completion_tokens = $5, cost = $6::numeric, estimated = $7, settled_at = app_clock()
  WHERE id = $1 AND state = 'reserved'`;
