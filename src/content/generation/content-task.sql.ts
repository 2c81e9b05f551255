/** The 22 fields, and what is known of the execution: by one statement, so that they never contradict each other. */
const TASKS = 'content_generation_tasks JOIN content_task_progress USING (id)';
const COLUMNS = `id, task_id AS "taskId", content_id AS "contentId", account_id AS "accountId", topic, keywords, category, requirements, tone,
  status, priority, retry_count AS "retryCount", max_retries AS "maxRetries", submitted_at AS "submittedAt", started_at AS "startedAt",
  completed_at AS "completedAt", timeout_at AS "timeoutAt", result, error_message AS "errorMessage", auto_approve AS "autoApprove",
  created_at AS "createdAt", updated_at AS "updatedAt",
  task_status AS "taskStatus", attempt, external_id AS "externalId", progress, step, audience, min_words AS "minWords", max_words AS "maxWords"`;

/** $1 task id, $2 the same as a uuid or null, $3 accounts or null for all. */
export const SELECT_CONTENT_TASK = `
  SELECT ${COLUMNS} FROM ${TASKS}
  WHERE (task_id = $1 OR id = $2::uuid) AND ($3::uuid[] IS NULL OR account_id = ANY ($3))`;

/** $1 statuses or null, $2 account or null, $3 only ids below this one or null, $4 limit, $5 accounts or null for all. Newest first. */
export const SELECT_CONTENT_TASKS = `
  SELECT ${COLUMNS} FROM ${TASKS}
  WHERE ($1::text[] IS NULL OR status = ANY ($1)) AND ($2::uuid IS NULL OR account_id = $2) AND ($3::uuid IS NULL OR id < $3)
    AND ($5::uuid[] IS NULL OR account_id = ANY ($5))
  ORDER BY id DESC LIMIT $4`;
