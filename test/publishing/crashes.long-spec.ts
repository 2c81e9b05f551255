import { expect, it } from '@jest/globals';
import { runPublishFaults } from '../faults/publishing/run.ts';
import { createTestDatabase } from '../support/test-database.ts';

/** The short form of `npm run test:faults:publishing`. */
it('publishes each of 21 contents once on a Ghost stub, whatever of 7 faults its process or its answer meets', async () => {
  const database = await createTestDatabase();
  try {
    const options = { root: process.cwd(), site: 'ghost', crashes: 21, workers: 2, seed: 1, scale: 100, callsPerProcess: 6, gatherMs: 300 };
    const { entries, broken, notApplied, kills, posts, seconds } = await runPublishFaults(database.url, options);
    expect({ broken, notApplied, posts }).toEqual({ broken: [], notApplied: 0, posts: 21 });
    expect(entries.filter(({ status, settledBy }) => status === 'published' && settledBy === 'probe').length).toBeGreaterThanOrEqual(9);
    console.log(`${kills} processes killed in ${seconds.toFixed(0)} s`);
  } finally {
    await database.drop();
  }
});
