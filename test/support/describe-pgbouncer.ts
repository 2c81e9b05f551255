import { describe } from '@jest/globals';
import { spawnSync } from 'node:child_process';

const found = spawnSync('pgbouncer', ['--version'], { env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } }).status === 0;
/** CI requires every server: the tests run there, and fail where one is missing. */
const either = found || process.env.REQUIRE_REDIS === '1' ? describe : describe.skip;

/** Tests that need PgBouncer. Without it they are reported as skipped, with the command that installs it. */
export function describePgBouncer(name: string, tests: () => void): void {
  either(found ? name : `${name} (needs PgBouncer; Debian: apt-get install pgbouncer)`, tests);
}
