import type { TestApplication } from './application.ts';
import { waitFor } from './wait-for.ts';

/**
 * Removes all topics, contents and content tasks. Waits first until no task is running or about to run: the transaction of a completion
 * locks rows of these tables in another order than the DELETEs, which would be a deadlock.
 */
export async function removeContents({ sql }: Pick<TestApplication, 'sql'>): Promise<void> {
  const isIdle = async () => (await sql(`SELECT FROM tasks WHERE status IN ('submitted', 'assigned', 'running') LIMIT 1`)).length === 0;
  await waitFor(isIdle, { what: 'the tasks of the test before to end' });
  for (const table of ['topic_submissions', 'topics', 'contents', 'content_generation']) await sql(`DELETE FROM ${table}`);
}
