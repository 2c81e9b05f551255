/**
 * $1 accounts, $2 a section of each. The newest text of each section that is written or in work: a content task of that category which
 * did not fail, or a topic. Tasks are deleted after a while, and topics are not.
 */
export const SELECT_SECTION_TIMES = `
  SELECT w.account_id AS "accountId", w.section, greatest(task.at, topic.at) AS at
  FROM unnest($1::uuid[], $2::text[]) w (account_id, section)
  LEFT JOIN LATERAL (
    SELECT g.created_at AS at FROM content_generation g JOIN content_generation_tasks t ON t.id = g.id
    WHERE g.account_id = w.account_id AND g.category = w.section AND NOT g.is_sample AND t.status NOT IN ('failed', 'timeout', 'cancelled')
    ORDER BY g.id DESC LIMIT 1) task ON true
  LEFT JOIN LATERAL (
    SELECT max(coalesce(p.used_at, p.updated_at)) AS at FROM topics p
    WHERE p.account_id = w.account_id AND p.section = w.section AND p.status IN ('reserved', 'used')) topic ON true
  WHERE coalesce(task.at, topic.at) IS NOT NULL`;
