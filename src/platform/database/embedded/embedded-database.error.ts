/** The embedded database cannot run here or did not start. The message contains the remedy. */
export class EmbeddedDatabaseError extends Error {
  override readonly name = 'EmbeddedDatabaseError';
}

export const USE_DATABASE_URL = 'set DATABASE_URL to a PostgreSQL server of yours, e.g. postgres://user:password@host:5432/contenthub';
