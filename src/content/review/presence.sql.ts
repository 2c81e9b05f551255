/** A reader that has sent nothing for so long is gone. */
const PRESENCE_SECONDS = 30;
/** Shown with one content. */
const MAX_READERS = 20;

/** $1 content, $2 actor. Removes what is long over, so that the table stays as small as the number of readers. */
export const UPSERT_PRESENCE = `
  WITH over AS (DELETE FROM content_presence WHERE seen_at < app_clock() - interval '1 hour' AND (content_id, reader) <> ($1, $2))
  INSERT INTO content_presence AS p (content_id, reader, since, seen_at) VALUES ($1, $2, app_clock(), app_clock())
  ON CONFLICT (content_id, reader) DO UPDATE
  SET seen_at = app_clock(), since = CASE WHEN p.seen_at < app_clock() - make_interval(secs => ${PRESENCE_SECONDS}) THEN app_clock() ELSE p.since END`;

/** $1 content. */
export const SELECT_PRESENCE = `
  SELECT reader, since FROM content_presence WHERE content_id = $1 AND seen_at >= app_clock() - make_interval(secs => ${PRESENCE_SECONDS})
  ORDER BY since, reader LIMIT ${MAX_READERS}`;
