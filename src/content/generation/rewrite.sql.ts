/** $1 content. */
export const SELECT_OPEN_REWRITE = `
  SELECT t.task_id AS "taskId" FROM content_generation g JOIN content_generation_tasks t ON t.id = g.id
  WHERE g.rewrite_of = $1 AND t.status IN ('pending', 'submitted', 'running') LIMIT 1`;
