import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { migrateDatabase } from '../../../src/platform/database/migrate.ts';
import { PrivatePostgres } from '../chaos/private-postgres.ts';
import { seeded } from '../random.ts';
import { CrashProxy } from './crash-proxy.ts';
import { planFaults, type PlannedEntry, PUBLISH_FAULTS, type PublishFault, type ScaledTimes, scaledTimes, uuidOf } from './fault-plan.ts';
import { PublisherProcess } from './publisher-process.ts';
import { type PublishSite, SITES } from './sites.ts';
import { judge, type PublishedEntry } from './verdict.ts';

export interface PublishFaultOptions {
  readonly root: string;
  /** A name in SITES. */
  readonly site: string;
  readonly crashes: number;
  readonly workers: number;
  readonly seed: number;
  /** All times are divided by it. */
  readonly scale: number;
  /** Entries that one process publishes at once: one kill also cuts the calls of the others. */
  readonly callsPerProcess?: number;
  /** Time between the call that a process is killed for and the kill. Longer: fewer kills, each of which cuts more calls. */
  readonly gatherMs?: number;
}

export interface PublishFaultReport {
  readonly site: string;
  readonly entries: readonly PublishedEntry[];
  /** Processes killed by the proxy. */
  readonly kills: number;
  /** Faults that did not happen. */
  readonly notApplied: number;
  readonly posts: number;
  readonly seconds: number;
  /** One line for each broken promise. */
  readonly broken: readonly string[];
}

const SETTLE_MS_PER_CRASH = 10_000;
/** Violations of one kind that are listed. */
const SHOWN = 3;

/** A run on a database of its own that prints its report. */
export async function runAlone(options: PublishFaultOptions): Promise<PublishFaultReport> {
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-publishing-'));
  const postgres = await PrivatePostgres.start(join(folder, 'database'));
  try {
    await migrateDatabase({ url: postgres.url });
    const report = await runPublishFaults(postgres.url, options);
    print(report, options);
    return report;
  } finally {
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Publishes one content for each crash, and judges when every outcome is known. The database is migrated and empty. */
export async function runPublishFaults(databaseUrl: string, options: PublishFaultOptions): Promise<PublishFaultReport> {
  const { root, crashes, workers, seed, scale, site: siteName, callsPerProcess = 3, gatherMs = 0 } = options;
  const startedAt = performance.now();
  const planned = planFaults(crashes, seed);
  const folder = mkdtempSync(join(tmpdir(), 'contenthub-publishers-'));
  const publishers: PublisherProcess[] = [];
  const times = scaledTimes(scale);
  const proxy = new CrashProxy({
    planned,
    publishers: () => publishers.flatMap((publisher) => publisher.pids()),
    gatherMs,
    lateMs: times.lateMs,
  });
  await proxy.start();
  const client = new pg.Client(databaseUrl);
  await client.connect();
  let site: PublishSite | undefined;
  try {
    site = await (SITES[siteName] as (url: string) => Promise<PublishSite>)(proxy.url);
    proxy.target = site.port;
    const before = (await site.posts()).map(({ slug }) => slug); // a new WordPress says hello
    await addEntries(client, planned, site, { accounts: workers * callsPerProcess, seed });
    const roles = [...Array.from({ length: workers }, () => 'worker'), 'scheduler'];
    for (const [number, role] of roles.entries()) {
      const environment = {
        ...SETTINGS,
        ...site.environment,
        ASYNC_WORKER_COUNT: String(callsPerProcess),
        PUBLISH_SETTLE_AFTER: String(times.settleAfterSeconds),
        APP_ROLES: role,
        DATA_DIR: folder,
        EGRESS_ALLOW_PRIVATE: `127.0.0.1:${proxy.port}`,
        NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/publish-faults'),
      };
      publishers.push(
        new PublisherProcess({
          entry: join(root, 'dist/src/main.js'),
          environment,
          databaseUrl,
          logFile: join(folder, `${role}-${number}.log`),
        }),
      );
    }
    for (const publisher of publishers) publisher.start();
    await untilSettled(client, times, {
      what: `every outcome to be known; logs in ${folder}`,
      timeoutMs: 120_000 + crashes * SETTLE_MS_PER_CRASH,
    });
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await proxy.idle();
    const posts = (await site.posts()).filter(({ slug }) => !before.includes(slug));
    const { entries, broken } = await judge(client, planned, posts);
    for (const problem of proxy.problems) broken.push(`proxy: ${problem}`);
    const notApplied = planned.filter(({ contentId }) => !proxy.applied.has(contentId)).length;
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    return {
      site: site.name,
      entries,
      kills: proxy.kills,
      notApplied,
      posts: posts.length,
      seconds: (performance.now() - startedAt) / 1_000,
      broken,
    };
  } finally {
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await client.end();
    await proxy.stop();
    await site?.stop();
  }
}

const SETTINGS = {
  LOG_LEVEL: 'warn',
  LOG_FORMAT: 'json',
  SEED_EXAMPLE: 'false',
  DATABASE_POOL_SIZE: '4',
  POLL_INTERVAL_MS: '100',
};

/** Contents of a model that are approved and due, in several accounts: an account publishes one content at a time. */
async function addEntries(
  client: pg.Client,
  planned: readonly PlannedEntry[],
  { kind, config }: PublishSite,
  { accounts, seed }: { accounts: number; seed: number },
): Promise<void> {
  const random = seeded(seed + 1);
  const provenance = { creator: 'llm', aiGenerated: true, models: ['m-1'], providers: ['example'], keywords: ['tides'] };
  const owners = Array.from({ length: accounts }, () => ({ accountId: uuidOf(random), channelId: uuidOf(random) }));
  await client.query('BEGIN');
  for (const [i, { accountId, channelId }] of owners.entries()) {
    await client.query(`INSERT INTO accounts (id, name, platform, publishing) VALUES ($1, $2, 'blog', '{"dailyQuota": null}')`, [
      accountId,
      `account ${i}`,
    ]);
    await client.query(`INSERT INTO account_channels (id, account_id, name, kind, config) VALUES ($1, $2, 'site', $3, $4)`, [
      channelId,
      accountId,
      kind,
      config,
    ]);
  }
  for (const [i, { contentId, entryId, title }] of planned.entries()) {
    const { accountId, channelId } = owners[i % owners.length] as { accountId: string; channelId: string };
    await client.query(
      `INSERT INTO contents (id, account_id, kind, language, title, summary, body_markdown, body_html, word_count, review_status, provenance, created_at, updated_at)
       VALUES ($1, $2, 'article', 'en', $3, 'Why the sea rises.', 'The sea rises.', '<p>The sea rises.</p>', 3, 'approved', $4, app_clock(), app_clock())`,
      [contentId, accountId, title, provenance],
    );
    await client.query(
      `INSERT INTO pool_entries (id, account_id, content_id, channel_id, scheduled_at, scheduled_local, time_zone, actor)
       VALUES ($1, $2, $3, $4, app_clock(), to_char(app_clock(), 'YYYY-MM-DD"T"HH24:MI'), 'UTC', 'faults')`,
      [entryId, accountId, contentId, channelId],
    );
  }
  await client.query('COMMIT');
}

/**
 * Waits until every entry has ended and the label of each page was searched. An entry whose task ended after three crashes is due
 * again after ten minutes, which are scaled as all times are.
 */
async function untilSettled(
  client: pg.Client,
  { taskLostSeconds }: ScaledTimes,
  { what, timeoutMs }: { what: string; timeoutMs: number },
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    await client.query(RETURN_LOST, [taskLostSeconds]);
    const { rows } = await client.query<{ open: number }>(COUNT_OPEN);
    if (rows[0]?.open === 0) return;
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}: ${rows[0]?.open} entries are open`);
    await delay(POLL_MS);
  }
}

const POLL_MS = 250;

/** $1 seconds since the end of the task. */
const RETURN_LOST = `
  UPDATE pool_entries e SET next_attempt_at = app_clock() FROM tasks t
  WHERE t.id = e.task_id AND t.status = 'failed' AND t.terminal_at < clock_timestamp() - make_interval(secs => $1)
    AND e.status IN ('publishing', 'outcome_unknown') AND e.next_attempt_at > app_clock() + interval '1 minute'`;

const COUNT_OPEN = `
  SELECT count(*)::int AS open FROM pool_entries
  WHERE status NOT IN ('published', 'failed') OR (status = 'published' AND label_state IS NULL)`;

function print(
  { site, entries, kills, notApplied, posts, seconds, broken }: PublishFaultReport,
  { crashes, workers, seed, scale }: PublishFaultOptions,
): void {
  console.log(`\n${site}: ${crashes} crashes, ${workers} workers, seed ${seed}; all times are 1/${scale} of real ones`);
  for (const fault of Object.keys(PUBLISH_FAULTS) as PublishFault[]) {
    const mine = entries.filter((entry) => entry.fault === fault);
    const count = (of: (entry: PublishedEntry) => boolean): number => mine.filter(of).length;
    const known = `${count(({ settledBy }) => settledBy === 'answer')} by answer, ${count(({ settledBy }) => settledBy === 'probe')} by probe`;
    console.log(
      `  ${fault.padEnd(29)} ${String(mine.length).padStart(3)} entries: ${count(({ status }) => status === 'published')} published (${known}), ` +
        `${count(({ lost }) => lost > 0)} were unknown, ${count(({ absent }) => absent > 0)} sent again, ${count(({ posts: there }) => there > 1)} double, ${count(({ labelShown }) => labelShown)} labelled`,
    );
  }
  console.log(`  ${kills} processes killed, ${notApplied} faults did not happen, ${posts} posts at the site, ${seconds.toFixed(0)} s`);
  for (const line of broken.slice(0, SHOWN * 5)) console.log(`  ✗ ${line}`);
  console.log(broken.length === 0 ? '  all promises kept' : `  ${broken.length} broken promises`);
}
