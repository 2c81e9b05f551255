// A process that runs an embedded database, for tests that kill it: node starter.ts <baseDir>
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';

const database = await startEmbeddedPostgres({ baseDir: process.argv[2] as string });
process.stdout.write(`${JSON.stringify({ url: database.url, pid: database.pid, started: database.started })}\n`);
process.once('SIGTERM', () => void database.stop());
