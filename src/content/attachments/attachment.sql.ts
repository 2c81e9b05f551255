/**
 * $1 SHA-256, $2 bytes. Stored once. created_at is the time of the last use: when the file was last added to a content or removed from one. The
 * row is locked until the content is stored, so that the file is not deleted as unused before.
 */
export const STORE_FILE = `
  INSERT INTO publish_assets (sha256, bytes, in_package) VALUES ($1, $2, false)
  ON CONFLICT (sha256) DO UPDATE SET created_at = excluded.created_at`;

/** $1 SHA-256 of a file that is removed from a content. */
export const TOUCH_FILE = `UPDATE publish_assets SET created_at = app_clock() WHERE sha256 = $1 AND NOT in_package`;

/** $1 content, $2 a list with the SHA-256 of the file (JSON). A version with the file was sent to a channel, or may have been. */
export const IS_PUBLISHED = `
  SELECT EXISTS (
    SELECT FROM publish_intents
    WHERE content_id = $1 AND outcome IS DISTINCT FROM 'not_sent' AND (package -> 'images' @> $2::jsonb OR package -> 'attachments' @> $2::jsonb)
  ) AS published`;

/** $1 SHA-256 of the files of a package. They are kept from now on. A row for each file that exists. */
export const FREEZE_FILES = `UPDATE publish_assets SET in_package = true WHERE sha256 = ANY ($1::text[]) RETURNING sha256`;

/**
 * $1 rows, $2 seconds. Deletes files that no content and no package has, if their last use is old enough: a publication that read the
 * content before the file was removed still freezes it.
 */
export const DELETE_UNUSED_FILES = `
  DELETE FROM publish_assets WHERE sha256 IN (
    SELECT a.sha256 FROM publish_assets a
    WHERE NOT a.in_package AND a.created_at < app_clock() - make_interval(secs => $2)
      AND NOT EXISTS (SELECT FROM contents c
                      WHERE c.attachments <> '[]' AND c.attachments @> jsonb_build_array(jsonb_build_object('sha256', a.sha256)))
    LIMIT $1)
    AND NOT in_package AND created_at < app_clock() - make_interval(secs => $2)
  RETURNING sha256`;
