/**
 * The publish boundary. One transaction commits the intent with the frozen package before the channel is called. A second one
 * records the outcome after the call. An intent without an outcome is unresolved: it is never sent again before it is settled.
 */

/** $1 entry. Locks the account and then the entry, as every statement with both, so that the gap and the quota of the account are decided one after the other. */
export const LOCK_ENTRY = `
  SELECT e.id, e.account_id AS "accountId", e.content_id AS "contentId", e.channel_id AS "channelId", e.status, e.attempts, e.label_state AS "labelState", e.external_url AS "externalUrl",
         e.scheduled_at AS "scheduledAt", app_clock() AS now,
         a.publishing, a.time_zone AS "timeZone", a.status = 'active' AND NOT a.publishing_paused AS "accountPublishes",
         h.kind AS "channelKind", h.config AS "channelConfig", h.enabled AS "channelEnabled",
         c.version, c.package_hash AS "packageHash", c.review_status = 'approved' AS approved
  FROM pool_entries e JOIN accounts a ON a.id = e.account_id JOIN account_channels h ON h.id = e.channel_id JOIN contents c ON c.id = e.content_id
  WHERE e.id = $1 FOR NO KEY UPDATE OF a, e`;

/** $1 entry. The intent whose outcome is unknown. */
export const SELECT_OPEN_INTENT = `
  SELECT id, package, package_hash AS "hash", sends, sent_at AS "sentAt" FROM publish_intents
  WHERE entry_id = $1 AND outcome IS NULL ORDER BY sent_at DESC LIMIT 1`;

/** $1 entry. The intent that was published. */
export const SELECT_PUBLISHED_INTENT = `
  SELECT id, package, package_hash AS "hash", sends, sent_at AS "sentAt" FROM publish_intents
  WHERE entry_id = $1 AND outcome <> 'not_sent' ORDER BY sent_at DESC LIMIT 1`;

/** $1 account, $2 entry. Times of the other publications of the account in the last two days. */
export const SELECT_RECENT_PUBLICATIONS = `
  SELECT i.sent_at AS at FROM publish_intents i JOIN pool_entries e ON e.id = i.entry_id
  WHERE e.account_id = $1 AND e.id <> $2 AND i.outcome IS DISTINCT FROM 'not_sent' AND i.sent_at > app_clock() - interval '2 days'`;

/**
 * $1 id, $2 entry, $3 content, $4 channel, $5 version, $6 package, $7 its hash. A version that was certainly not sent before keeps its
 * intent and counts one call more; one that was published, or may have been, gives no row.
 */
export const STORE_INTENT = `
  INSERT INTO publish_intents AS i (id, entry_id, content_id, channel_id, content_version, package, package_hash, sent_at)
  VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, app_clock())
  ON CONFLICT (content_id, channel_id, content_version) DO UPDATE
    SET entry_id = excluded.entry_id, sends = i.sends + 1, sent_at = excluded.sent_at, outcome = NULL, settled_at = NULL, settled_by = NULL
    WHERE i.outcome = 'not_sent'
  RETURNING id, package, package_hash AS "hash", sends, sent_at AS "sentAt"`;

/** $1 content, $2 channel, $3 version. */
export const SELECT_INTENT_OF_VERSION = `
  SELECT outcome, external_id AS "externalId", external_url AS "externalUrl", entry_id AS "entryId" FROM publish_intents
  WHERE content_id = $1 AND channel_id = $2 AND content_version = $3`;

/** $1 entry, $2 actor. */
export const BEGIN_ENTRY = `
  UPDATE pool_entries SET status = 'publishing', transition = 'begin', actor = $2, note = NULL, revision = revision + 1,
    attempts = attempts + 1, last_error = NULL, updated_at = app_clock()
  WHERE id = $1 AND status = 'pending'`;

/** $1 entry, $2 why it waits (JSON), $3 seconds until it is looked at again. No transition: the entry stays pending. */
export const HOLD_ENTRY = `
  UPDATE pool_entries SET last_error = $2::jsonb, next_attempt_at = app_clock() + make_interval(secs => $3), updated_at = app_clock()
  WHERE id = $1 AND status IN ('pending', 'outcome_unknown')`;

/**
 * $1 entry, $2 intent, $3 outcome, $4 external id, $5 external url, $6 warnings (JSON), $7 how it is known (answer, probe, or an actor),
 * $8 transition, $9 actor, $10 note. The end of an intent; also for the late answer of a process whose lease was lost.
 */
export const RECORD_PUBLISHED = `
  WITH entry AS MATERIALIZED (SELECT id FROM pool_entries WHERE id = $1 AND status IN ('publishing', 'outcome_unknown') FOR UPDATE),
  intent AS (
    UPDATE publish_intents i SET outcome = $3, external_id = $4, external_url = $5, warnings = $6::jsonb, settled_at = app_clock(), settled_by = $7
    FROM entry WHERE i.id = $2 AND i.entry_id = entry.id AND i.outcome IS NULL
    RETURNING i.content_version, i.package_hash, i.settled_at)
  UPDATE pool_entries e SET status = 'published', transition = $8, actor = $9, note = $10, revision = e.revision + 1, outcome = $3, external_id = $4,
    external_url = $5, published_version = intent.content_version, published_hash = intent.package_hash, published_at = intent.settled_at,
    last_error = NULL, next_attempt_at = app_clock() + interval '10 seconds', updated_at = app_clock()
  FROM intent WHERE e.id = $1
  RETURNING e.id`;

/** $1 entry, $2 intent, $3 call of the intent, $4 error (JSON), $5 permanent, $6 time of the next call or NULL, $7 actor. */
export const RECORD_NOT_SENT = `
  WITH entry AS MATERIALIZED (SELECT id FROM pool_entries WHERE id = $1 AND status = 'publishing' FOR UPDATE),
  intent AS (
    UPDATE publish_intents i SET outcome = 'not_sent', settled_at = app_clock(), settled_by = 'answer'
    FROM entry WHERE i.id = $2 AND i.entry_id = entry.id AND i.sends = $3 AND i.outcome IS NULL
    RETURNING i.id)
  UPDATE pool_entries e SET status = CASE WHEN $5 THEN 'failed' ELSE 'pending' END, transition = CASE WHEN $5 THEN 'fail' ELSE 'postpone' END,
    actor = $7, note = NULL, revision = e.revision + 1, last_error = $4::jsonb, next_attempt_at = $6::timestamptz, updated_at = app_clock()
  FROM intent WHERE e.id = $1
  RETURNING e.id`;

/** $1 entry, $2 error (JSON), $3 actor, $4 seconds until the first probe. */
export const RECORD_UNKNOWN = `
  UPDATE pool_entries SET status = 'outcome_unknown', transition = 'lose', actor = $3, note = NULL, revision = revision + 1, last_error = $2::jsonb,
    next_attempt_at = app_clock() + make_interval(secs => $4), updated_at = app_clock()
  WHERE id = $1 AND status = 'publishing'
  RETURNING id`;

/** $1 entry, $2 intent, $3 call of the intent, $4 seconds in which a call may still take effect, $5 actor. */
export const RECORD_ABSENT = `
  WITH entry AS MATERIALIZED (SELECT id FROM pool_entries WHERE id = $1 AND status = 'outcome_unknown' FOR UPDATE),
  intent AS (
    UPDATE publish_intents i SET outcome = 'not_sent', settled_at = app_clock(), settled_by = 'probe'
    FROM entry WHERE i.id = $2 AND i.entry_id = entry.id AND i.sends = $3 AND i.outcome IS NULL
      AND i.sent_at < app_clock() - make_interval(secs => $4)
    RETURNING i.id)
  UPDATE pool_entries e SET status = 'pending', transition = 'absent', actor = $5, note = NULL, revision = e.revision + 1, next_attempt_at = NULL,
    updated_at = app_clock()
  FROM intent WHERE e.id = $1
  RETURNING e.id`;

/** $1 entry, $2 what the page shows. */
export const SET_LABEL_STATE = `UPDATE pool_entries SET label_state = $2, next_attempt_at = NULL, updated_at = app_clock() WHERE id = $1 AND status = 'published'`;

/** $1 SHA-256, $2 bytes of a file of a package. An attachment with the same bytes is kept from now on. */
export const INSERT_ASSET = `
  INSERT INTO publish_assets AS a (sha256, bytes, in_package) VALUES ($1, $2, true)
  ON CONFLICT (sha256) DO UPDATE SET in_package = true WHERE NOT a.in_package`;

/** $1 SHA-256. */
export const SELECT_ASSET = `SELECT bytes FROM publish_assets WHERE sha256 = $1`;

/** Entries of one round. */
export const ENTRIES_PER_ROUND = 100;

/** Entries that a task can work on now. The index pool_entries_due has this condition, so entries that wait for a person cost nothing. */
const IS_READY = `(e.status IN ('publishing', 'outcome_unknown') OR (e.status = 'pending' AND e.content_approved AND e.account_open AND e.channel_open)
      OR (e.status = 'published' AND e.label_state IS NULL))`;

/**
 * $1 seconds after which an entry is due again when its task is lost. Takes the due entries: the highest priority first, as with tasks, then the longest overdue. An
 * entry that is publishing has an open intent; its task settles it. A pending entry that must wait for a person gets no task. A published
 * entry whose process ended before the search for the label gets one for it.
 */
export const TAKE_DUE_ENTRIES = `
  WITH due AS MATERIALIZED (
    SELECT e.id, e.account_id FROM pool_entries e
    WHERE ${IS_READY} AND coalesce(e.next_attempt_at, e.scheduled_at) <= app_clock()
    ORDER BY e.priority DESC, coalesce(e.next_attempt_at, e.scheduled_at) LIMIT ${ENTRIES_PER_ROUND} FOR UPDATE OF e SKIP LOCKED)
  UPDATE pool_entries e SET next_attempt_at = app_clock() + make_interval(secs => $1) FROM due WHERE e.id = due.id
  RETURNING e.id, e.account_id AS "accountId", e.trace_context AS "traceContext"`;

/** $1 rows {id, taskId}. */
export const SET_ENTRY_TASKS = `
  UPDATE pool_entries e SET task_id = r."taskId" FROM json_to_recordset($1::json) AS r (id uuid, "taskId" uuid) WHERE e.id = r.id`;

/** $1 content. The slug of its first publication, which later versions keep. */
export const SELECT_FIRST_SLUG = `SELECT package ->> 'slug' AS slug FROM publish_intents WHERE content_id = $1 ORDER BY content_version LIMIT 1`;
