/** $1 account, $2 content, $3 package, $4 hash. A repeated call changes nothing; another version keeps its position and is updated. */
export const UPSERT_FEED_ENTRY = `
  INSERT INTO feed_entries (account_id, content_id, package, package_hash, published_at, updated_at)
  VALUES ($1, $2, $3::jsonb, $4, app_now(), app_now())
  ON CONFLICT (account_id, content_id) DO UPDATE
  SET package = excluded.package, package_hash = excluded.package_hash, updated_at = greatest(excluded.updated_at, feed_entries.published_at)
  WHERE feed_entries.package_hash <> excluded.package_hash`;

/** $1 account, $2 content. */
export const SELECT_FEED_ENTRY = `
  SELECT package, package_hash AS hash, published_at AS "publishedAt", updated_at AS "updatedAt"
  FROM feed_entries WHERE account_id = $1 AND content_id = $2`;

/** $1 account, $2 number of entries. */
export const SELECT_FEED = `
  SELECT package, package_hash AS hash, published_at AS "publishedAt", updated_at AS "updatedAt"
  FROM feed_entries WHERE account_id = $1 ORDER BY published_at DESC, content_id LIMIT $2`;

/** $1 account, $2 number of entries. Which versions a feed shows, without their packages. */
export const SELECT_FEED_VERSIONS = `
  SELECT content_id AS "contentId", package_hash AS hash, published_at AS "publishedAt", updated_at AS "updatedAt"
  FROM feed_entries WHERE account_id = $1 ORDER BY published_at DESC, content_id LIMIT $2`;
