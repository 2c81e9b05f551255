import { describe } from '@jest/globals';

const url = process.env.TEST_REDIS_URL;
const either = url === undefined ? describe.skip : describe;

/** Tests that need the run's Redis; without one they are reported as skipped, with a hint. */
export function describeRedis(name: string, tests: (url: string) => void): void {
  either(url === undefined ? `${name} (needs Redis; Debian: apt-get install redis-server)` : name, () => tests(url ?? ''));
}
