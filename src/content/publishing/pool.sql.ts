/** Approved, and not published two minutes after its time: a person has to know. The index pool_entries_unreported has this condition. */
const IS_OVERDUE = `e.content_approved AND e.status IN ('pending', 'publishing', 'failed', 'outcome_unknown') AND e.scheduled_at < app_clock() - interval '2 minutes'`;

const WAITS_FOR = `CASE WHEN e.status = 'pending' THEN CASE WHEN NOT e.content_approved THEN 'not_approved' WHEN NOT e.account_open THEN 'account_paused'
    WHEN NOT e.channel_open THEN 'channel_disabled' END END`;

const COLUMNS = `
  e.id, e.account_id AS "accountId", a.name AS "accountName", e.content_id AS "contentId", c.title, e.channel_id AS "channelId", h.name AS "channelName",
  h.kind AS "channelKind", e.status, e.priority, e.scheduled_at AS "scheduledAt", e.scheduled_local AS "scheduledLocal", e.time_zone AS "timeZone",
  e.revision AS version, e.attempts, CASE WHEN e.status IN ('pending', 'publishing', 'outcome_unknown') THEN coalesce(e.next_attempt_at, e.scheduled_at) END AS "nextAttemptAt",
  e.last_error AS "lastError", e.note, e.task_id AS "taskId", e.outcome, e.external_id AS "externalId", e.external_url AS "externalUrl",
  e.published_version AS "publishedVersion", e.published_hash AS "publishedHash", e.published_at AS "publishedAt", e.label_state AS "labelState",
  ${IS_OVERDUE} AS overdue, e.overdue_reported_at AS "overdueReportedAt", ${WAITS_FOR} AS "waitsFor", e.created_at AS "createdAt", e.updated_at AS "updatedAt"
  FROM pool_entries e JOIN accounts a ON a.id = e.account_id JOIN contents c ON c.id = e.content_id JOIN account_channels h ON h.id = e.channel_id`;

/** $1 id, $2 accounts of the caller or NULL. */
export const SELECT_ENTRY = `SELECT ${COLUMNS} WHERE e.id = $1 AND ($2::uuid[] IS NULL OR e.account_id = ANY ($2))`;

/** $1 account, $2 accounts of the caller, $3 content, $4 statuses, $5 and $6 scheduled from and before, $7 id of the last one, $8 limit; each or NULL. */
export const SELECT_ENTRIES = `
  SELECT ${COLUMNS}
  WHERE ($1::uuid IS NULL OR e.account_id = $1) AND ($2::uuid[] IS NULL OR e.account_id = ANY ($2)) AND ($3::uuid IS NULL OR e.content_id = $3)
    AND ($4::text[] IS NULL OR e.status = ANY ($4)) AND ($5::timestamptz IS NULL OR e.scheduled_at >= $5) AND ($6::timestamptz IS NULL OR e.scheduled_at < $6)
    AND ($7::uuid IS NULL OR e.id < $7)
  ORDER BY e.id DESC LIMIT $8`;

/** $1 account. Locks it, so that two requests never take the same slot. */
export const LOCK_ACCOUNT = `
  SELECT publishing, time_zone AS "timeZone", status, app_clock() AS now FROM accounts WHERE id = $1 FOR NO KEY UPDATE`;

/** $1 account, $2 entry that moves, or NULL. The times that other entries of the account have or had. */
export const SELECT_TAKEN_TIMES = `
  SELECT coalesce(published_at, scheduled_at) AS at FROM pool_entries
  WHERE account_id = $1 AND status <> 'pulled' AND ($2::uuid IS NULL OR id <> $2) AND coalesce(published_at, scheduled_at) > app_clock() - interval '2 days'`;

/** $1 id, $2 account, $3 content, $4 channel, $5 priority, $6 time, $7 local time, $8 zone, $9 actor, $10 trace context. No row: a live entry exists. */
export const INSERT_ENTRY = `
  INSERT INTO pool_entries (id, account_id, content_id, channel_id, priority, scheduled_at, scheduled_local, time_zone, actor, trace_context)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (content_id, channel_id) WHERE status IN ('pending', 'publishing', 'failed', 'outcome_unknown') DO NOTHING
  RETURNING id`;

/** $1 content, $2 channel. */
export const SELECT_LIVE_ENTRY = `
  SELECT id, status FROM pool_entries
  WHERE content_id = $1 AND channel_id = $2 AND status IN ('pending', 'publishing', 'failed', 'outcome_unknown')`;

/**
 * $1 entry, $2 version that was read, $3 status after, $4 transition, $5 actor, $6 note, $7 statuses before, $8 time or NULL, $9 local time or NULL,
 * $10 priority or NULL. Returns what the entry was; `changed` is false when a guard rejected the transition.
 */
export const CHANGE_ENTRY = `
  WITH current AS MATERIALIZED (SELECT id, status, revision FROM pool_entries WHERE id = $1 FOR UPDATE),
  changed AS (
    UPDATE pool_entries e
    SET status = $3, transition = $4, actor = $5, note = $6, revision = e.revision + 1, scheduled_at = coalesce($8::timestamptz, e.scheduled_at),
        scheduled_local = coalesce($9, e.scheduled_local), priority = coalesce($10::smallint, e.priority), next_attempt_at = NULL,
        last_error = CASE WHEN $4 IN ('move', 'retry', 'restore') THEN NULL ELSE e.last_error END,
        attempts = CASE WHEN $4 IN ('retry', 'restore') THEN 0 ELSE e.attempts END, updated_at = app_clock()
    FROM current WHERE e.id = current.id AND current.revision = $2::integer AND current.status = ANY ($7::text[])
    RETURNING e.id)
  SELECT status, revision, EXISTS (SELECT FROM changed) AS changed FROM current`;

/** $1 entry, $2 actor. A person has checked that the channel does not have the text of the open intent. */
export const SETTLE_ABSENT = `
  UPDATE publish_intents SET outcome = 'not_sent', settled_at = app_clock(), settled_by = $2 WHERE entry_id = $1 AND outcome IS NULL`;

/** $1 entry. The newest first. */
export const SELECT_ENTRY_HISTORY = `
  SELECT revision, transition, from_status AS "fromStatus", to_status AS "toStatus", actor, note, error, scheduled_at AS "scheduledAt", at
  FROM pool_audit WHERE entry_id = $1 ORDER BY revision DESC LIMIT 200`;

/** Entries of one report. */
export const REPORTED_AT_ONCE = 100;

/** Marks overdue entries that were not reported yet, the longest overdue first. Any number of processes may report at once. */
export const TAKE_OVERDUE = `
  WITH late AS MATERIALIZED (
    SELECT e.id FROM pool_entries e WHERE e.overdue_reported_at IS NULL AND ${IS_OVERDUE}
    ORDER BY e.scheduled_at LIMIT ${REPORTED_AT_ONCE} FOR UPDATE SKIP LOCKED)
  UPDATE pool_entries e SET overdue_reported_at = app_clock() FROM late, account_channels h WHERE e.id = late.id AND h.id = e.channel_id
  RETURNING e.id AS "entryId", e.account_id AS "accountId", e.content_id AS "contentId", h.name AS "channelName", e.status,
    e.scheduled_at AS "scheduledAt", ${WAITS_FOR} AS "waitsFor", e.last_error AS "lastError"`;

/** $1 account or NULL, $2 accounts of the caller or NULL. Entries that are not published, by state, and how many of them are overdue. */
export const COUNT_ENTRIES = `
  SELECT count(*) FILTER (WHERE e.status = 'pending')::int AS pending, count(*) FILTER (WHERE e.status = 'publishing')::int AS publishing,
         count(*) FILTER (WHERE e.status = 'failed')::int AS failed, count(*) FILTER (WHERE e.status = 'outcome_unknown')::int AS "outcomeUnknown",
         count(*) FILTER (WHERE ${IS_OVERDUE})::int AS overdue
  FROM pool_entries e
  WHERE e.status IN ('pending', 'publishing', 'failed', 'outcome_unknown')
    AND ($1::uuid IS NULL OR e.account_id = $1) AND ($2::uuid[] IS NULL OR e.account_id = ANY ($2))`;

/**
 * $1 account, $2 content, $3 its version. The enabled channels that the version was not sent to and that have no entry of the content. An
 * entry that a person pulled counts: the person decided against this channel.
 */
export const SELECT_CHANNELS_TO_ADD = `
  SELECT h.id, h.name FROM account_channels h
  WHERE h.account_id = $1 AND h.enabled
    AND NOT EXISTS (SELECT FROM pool_entries e WHERE e.content_id = $2 AND e.channel_id = h.id AND e.status <> 'published')
    AND NOT EXISTS (SELECT FROM publish_intents i
                    WHERE i.content_id = $2 AND i.channel_id = h.id AND i.content_version = $3 AND i.outcome IS DISTINCT FROM 'not_sent')
  ORDER BY h.name`;
