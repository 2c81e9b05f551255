import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { SELECT_BODY_CANDIDATES, SELECT_SIMILAR_TOPICS } from '../../src/content/duplicates/duplicate.sql.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** The indexes that the plan of a statement uses. */
interface PlanNode {
  'Index Name'?: string;
  'Relation Name'?: string;
  'Node Type': string;
  Plans?: PlanNode[];
}
const nodes = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodes)];

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
  const account = randomUUID();
  await client.query(`INSERT INTO accounts (id, name, platform) VALUES ($1, 'a', 'blog')`, [account]);
  await client.query('SET session_replication_role = replica'); // generations without tasks
  await client.query(
    `INSERT INTO content_generation (id, task_id, account_id, topic, topic_grams, created_at, updated_at)
     SELECT gen_random_uuid(), 'task-' || n, $1, 'x', ARRAY(SELECT n * 8 + i FROM generate_series(0, 7) i), now(), now() FROM generate_series(1, 5000) n`,
    [account],
  );
  await client.query(
    `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at, terminal_at)
     SELECT id, 'content-generation', 'content', 'completed', now(), now(), 3, '{}', 1000, 'test', 'api', 'test', now(), now() FROM content_generation`,
  );
  await client.query(
    `WITH c AS (
       INSERT INTO contents (id, account_id, kind, language, title, summary, body_markdown, body_html, word_count, review_status, created_at, updated_at)
       SELECT gen_random_uuid(), $1, 'article', 'en', 'x', '', '', '', 0, 'pending_review', now(), now() FROM generate_series(1, 5000)
       RETURNING id)
     INSERT INTO content_fingerprints (content_id, version, title_grams, body_bands, body_signature)
     SELECT id, 1, ARRAY(SELECT (n * 8 + i)::integer FROM generate_series(0, 7) i), ARRAY(SELECT (n * 64 + i)::integer FROM generate_series(0, 63) i), ''
     FROM (SELECT id, row_number() OVER () AS n FROM c) numbered`,
    [account],
  );
  await client.query('SET session_replication_role = origin');
  await client.query('ANALYZE');
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

async function plan(statement: string, mode: string): Promise<PlanNode[]> {
  const [type, id] = statement.includes('$2::uuid[]') ? ['uuid[]', `{${randomUUID()}}`] : ['uuid', randomUUID()];
  await client.query(`SET plan_cache_mode = force_${mode}_plan`);
  await client.query(`PREPARE asked (integer[], ${type}) AS ${statement}`);
  const integers = Array.from({ length: 64 }, (_, i) => i * 3 + 64).join(',');
  const explain = `EXPLAIN (FORMAT JSON) EXECUTE asked ('{${integers}}', '${id}')`;
  const { rows } = await client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(explain);
  await client.query('DEALLOCATE asked');
  return nodes(rows[0]?.['QUERY PLAN'][0].Plan as PlanNode);
}

describe('the search for near-duplicates', () => {
  it.each([
    ['bodies', 'custom', SELECT_BODY_CANDIDATES, ['content_fingerprints_by_body']],
    ['bodies', 'generic', SELECT_BODY_CANDIDATES, ['content_fingerprints_by_body']],
    ['topics', 'custom', SELECT_SIMILAR_TOPICS, ['content_fingerprints_by_title', 'content_generation_by_topic']],
    ['topics', 'generic', SELECT_SIMILAR_TOPICS, ['content_fingerprints_by_title', 'content_generation_by_topic']],
  ])('of %s reads the index, and scans no table (%s plan)', async (_what, mode, statement, indexes) => {
    const used = await plan(statement, mode);
    expect(used.flatMap((node) => node['Index Name'] ?? [])).toEqual(expect.arrayContaining(indexes));
    expect(used.filter((node) => node['Node Type'] === 'Seq Scan').map((node) => node['Relation Name'])).toEqual([]);
  });
});
