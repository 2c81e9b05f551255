// node bench/duplicates.mjs      Near-duplicate checks of bodies and topics among 10,000 contents of the last 15 days.
// Exit code 1 when the 99th percentile of either is above 50 ms.
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import pg from 'pg';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const dist = (path) => import(`../dist/src/${path}.js`);
const { migrateDatabase } = await dist('platform/database/migrate');
const { Pools } = await dist('platform/database/pools');
const { DuplicateService } = await dist('content/duplicates/duplicate.service');
const { SAVE_FINGERPRINT } = await dist('content/duplicates/duplicate.sql');
const { fingerprintOf } = await dist('content/duplicates/fingerprint');
const { titleGrams } = await dist('core/text/text-grams');

const [CONTENTS, CHECKS, AT_MOST_MS, BODY_WORDS] = [10_000, 300, 50, 1_200];

let state = 1;
const random = () => {
  state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
  return (state >>> 0) / 2 ** 32;
};
/** Words as frequent as in natural text: the word of rank r occurs with a probability of about 1/r. */
const rank = (words) => Math.floor(words ** random());
const sentence = (zh, length) =>
  Array.from({ length }, () => (zh ? String.fromCharCode(0x4e00 + rank(3_000)) : `w${rank(20_000)}`)).join(zh ? '' : ' ') +
  (zh ? '。' : '. ');
const writeBody = (zh) => `## ${sentence(zh, 5)}\n\n${Array.from({ length: BODY_WORDS / 20 }, () => sentence(zh, 20)).join('')}`;
const SUBJECTS = Array.from({ length: 800 }, (_, i) => [
  `子${String.fromCharCode(0x5000 + i)}${String.fromCharCode(0x6000 + i)}`,
  `subject${i} of field${i % 40}`,
]);
/** The patterns of titles: a beginning and an end. */
const BEGINNINGS = [
  ['如何看待', 'How to think about'],
  ['为什么', 'Why it matters:'],
  ['一文读懂', 'A beginner’s guide to'],
  ['深入理解', 'A closer look at'],
  ['我们试了', 'What we learned from'],
  ['三年之后的', 'Three years of'],
];
const ENDS = [
  ['的发展', 'and its growth'],
  ['五个趋势', 'in five trends'],
  ['正在改变行业', 'changing the industry'],
  ['的成本与收益', 'with costs and benefits'],
  ['常见问题', 'with questions and answers'],
  ['：数据与案例', 'in numbers and cases'],
];
const writeTitle = (zh) => {
  const parts = [BEGINNINGS, SUBJECTS, ENDS].map((all) => all[Math.floor(random() * all.length)][zh ? 0 : 1]);
  return parts.join(zh ? '' : ' ');
};

const servers = await startServers({ redis: false });
const { postgresUrl } = await servers.fresh();
await migrateDatabase({ url: postgresUrl });
const pools = new Pools({ url: postgresUrl, apiSize: 2 });
const client = new pg.Client(postgresUrl); // without the time limits of the pools
await client.connect();
const accountId = randomUUID();
await client.query(`INSERT INTO accounts (id, name, platform) VALUES ($1, 'bench', 'blog')`, [accountId]);
await client.query('SET session_replication_role = replica');
const bodies = [];
let start = performance.now();
for (let i = 0; i < CONTENTS; i += 1) {
  const zh = i % 2 === 0;
  const [contentId, taskId, title, topic, bodyMarkdown] = [uuidv7(), uuidv7(), writeTitle(zh), writeTitle(zh), writeBody(zh)];
  if (i % 100 === 0) bodies.push(bodyMarkdown);
  if (i % 100 === 0) await client.query('BEGIN');
  await client.query(
    `INSERT INTO tasks (id, name, queue, status, rank, run_at, max_attempts, backoff, timeout_ms, created_by, trigger, actor, created_at, terminal_at)
     VALUES ($1, 'content-generation', 'content', 'completed', now(), now(), 3, '{}', 1000, 'bench', 'api', 'bench', now(), now())`,
    [taskId],
  );
  await client.query(
    `INSERT INTO content_generation (id, task_id, account_id, content_id, topic, topic_grams, created_at, updated_at)
     VALUES ($1::uuid, $1::text, $2, $3, $4, $5, now(), now())`,
    [taskId, accountId, contentId, topic, [...titleGrams(topic)]],
  );
  await client.query(
    `INSERT INTO contents (id, account_id, generation_task_id, kind, language, title, summary, body_markdown, body_html, word_count, review_status,
                           created_at, updated_at)
     VALUES ($1, $2, $3, 'article', $4, $5, '', $6, '', $7, 'pending_review', now() - random() * interval '14 days', now())`,
    [contentId, accountId, taskId, zh ? 'zh' : 'en', title, bodyMarkdown, BODY_WORDS],
  );
  const { titleGrams: grams, bodyBands, bodySignature } = fingerprintOf({ kind: 'article', title, bodyMarkdown });
  await client.query(SAVE_FINGERPRINT, [contentId, 1, grams, bodyBands, bodySignature]);
  if (i % 100 === 99) await client.query('COMMIT');
}
console.log(`${CONTENTS} contents stored in ${((performance.now() - start) / 1_000).toFixed(0)} s`);
await servers.settle();
const { rows } = await client.query(
  `SELECT c.relname AS name, pg_size_pretty(pg_total_relation_size(c.oid)) AS size FROM pg_class c WHERE c.relname = 'content_fingerprints'
   UNION ALL SELECT indexrelname, pg_size_pretty(pg_relation_size(indexrelid)) FROM pg_stat_user_indexes WHERE indexrelname LIKE '%\\_by\\_%' AND (relname = 'content_fingerprints' OR indexrelname = 'content_generation_by_topic')`,
);
for (const { name, size } of rows) console.log(`${name}: ${size}`);
await client.end();

const duplicates = new DuplicateService(pools);
/** Every second text is a stored one with each eighth sentence replaced. */
const copy = (body, zh) =>
  body
    .split(/(?<=[.。])/)
    .map((each, i) => (i % 8 === 7 ? sentence(zh, 20) : each))
    .join('');
const checkBody = async (i) => {
  const bodyMarkdown = i % 2 === 0 ? writeBody(i % 4 === 0) : copy(bodies[i % bodies.length], true);
  const text = { kind: 'article', title: '', bodyMarkdown, contentId: randomUUID(), accountId };
  const from = performance.now();
  const found = await duplicates.findBody({ ...text, fingerprint: fingerprintOf(text) });
  return [performance.now() - from, found.length > 0];
};
const checkTopic = async (i) => {
  const topic = writeTitle(i % 2 === 0);
  const from = performance.now();
  const found = await duplicates.findTopic(topic, uuidv7());
  return [performance.now() - from, found !== null];
};
let good = true;
for (const [what, check] of Object.entries({ body: checkBody, topic: checkTopic })) {
  const [times, found] = [[], []];
  for (let i = 0; i < 20; i += 1) await check(i); // connections, plans, compiled code
  for (let i = 0; i < CHECKS; i += 1) {
    const [ms, hit] = await check(i);
    times.push(ms);
    if (hit) found.push(i);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.ceil(times.length * share) - 1];
  console.log(`${what}: p50 ${at(0.5).toFixed(1)} ms, p99 ${at(0.99).toFixed(1)} ms, ${found.length} of ${CHECKS} found`);
  good &&= at(0.99) <= AT_MOST_MS;
}
await pools.close();
await servers.stop();
process.exit(good ? 0 : 1);
