import type { Settings } from '../config/settings.ts';
import type { DatabaseAddress } from './connections.ts';

type Configured = Pick<Settings, 'databaseUrl' | 'databaseSessionUrl' | 'databaseSchema'>;

/** The address of the database in the settings. */
export function addressOf({ databaseUrl, databaseSessionUrl, databaseSchema }: Configured): DatabaseAddress {
  if (databaseUrl === undefined)
    throw new Error('no DATABASE_URL: start with "npm start", which brings its own PostgreSQL, or set DATABASE_URL');
  return { url: databaseUrl, sessionUrl: databaseSessionUrl, schema: databaseSchema };
}
