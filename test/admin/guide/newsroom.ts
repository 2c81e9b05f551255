import { ContentClient } from '../../api/content-client.ts';
import { actsOf } from '../../alerts/alert-harness.ts';
import type { TestApplication } from '../../support/application.ts';
import { waitFor } from '../../support/wait-for.ts';
import { TEXTS } from './newsroom-texts.ts';

export type Language = 'en' | 'zh';

/** What the pictures show: ids of the objects that addresses name. */
export interface Newsroom {
  readonly accountId: string;
  readonly reviewId: string;
  readonly publishedId: string;
  readonly retriedId: string;
  readonly failedId: string;
  readonly scheduleId: string;
  readonly alertId: string;
  readonly webhookId: string;
  /** The first day of the week that has planned posts. */
  readonly monday: string;
}

interface Entry {
  id: string;
  status: string;
  version: number;
  scheduledLocal: string;
}

/** Two accounts with contents in each state of their life, and the work of an operator around them. */
export async function createNewsroom(server: TestApplication, language: Language, webhookUrl: string): Promise<Newsroom> {
  await server.sql(`UPDATE api_keys SET name = 'newsroom'`); // the actor that the pictures name
  const operations = await createOperations(server, webhookUrl);
  return { ...(await createContents(server, language)), ...operations };
}

async function createContents(server: TestApplication, language: Language) {
  const texts = TEXTS[language];
  const client = new ContentClient(server.http);
  const accounts = [];
  for (const { name, files, slots, voice } of texts.accounts.toReversed()) {
    const sources = files.map((file) => ({ type: 'file', name: file.replace('.md', ''), location: `examples/seed/${file}` }));
    const publishing = { slots };
    const account = await client.createAccount({ name, language, timeZone: 'Asia/Shanghai', sources, publishing, voice });
    const config = { mode: 'publish', folder: `site-${accounts.length}` };
    await must(server, `/accounts/${account.id}/channels`, { name: 'site', kind: 'file', config });
    accounts.push(account);
  }
  const [second = fail(), first = fail()] = accounts;
  await must(server, '/topics/import', { accountId: first.id, lines: texts.backlog });

  const write = async (accountId: string, topic: string, autoApprove: boolean): Promise<string> => {
    const { id } = await client.generate({ accountId, topic, autoApprove });
    await server.sql('DELETE FROM content_fingerprints'); // texts of the same sources are near-duplicates
    return id;
  };
  const plan = async (contentId: string): Promise<Entry> => {
    const { items } = await must<{ items: Entry[] }>(server, `/contents/${contentId}/publish`, {});
    return items[0] ?? fail();
  };
  const [published = fail(), ...planned] = texts.planned;
  const publishedId = await write(first.id, published, true);
  const entry = await plan(publishedId);
  await must(server, `/pool/${entry.id}/publish-now`, undefined, { 'if-match': `"v${entry.version}"` });
  const read = async () => (await server.http<Entry>('GET', `/pool/${entry.id}`)).body;
  await waitFor(async () => (await read()).status === 'published', { what: 'the publication' });
  for (const topic of planned) await plan(await write(first.id, topic, true));
  const { scheduledLocal } = await plan(await write(second.id, texts.second, true));
  for (const topic of texts.approved) await write(first.id, topic, true);
  await client.submit({ accountId: first.id, topic: texts.uncovered, autoApprove: false });
  const waiting = [];
  for (const topic of texts.waiting) waiting.push(await write(first.id, topic, false));
  return { accountId: first.id, reviewId: waiting.at(-1) ?? fail(), publishedId, monday: mondayOf(scheduledLocal) };
}

async function createOperations(server: TestApplication, webhookUrl: string) {
  const execute = async (name: string, params: object): Promise<string> =>
    (await must<{ executionId: string }>(server, `/tasks/${name}/execute/api`, { params })).executionId;
  await must(server, '/queues/reports/pause');
  const retriedId = await execute('feed-import', { feed: 'https://example.com/news.xml' });
  const failedId = await execute('site-backup', { target: 's3://example-backups' });
  for (const size of [320, 640, 1280]) await execute('image-resize', { width: size });
  await execute('video-encode', { file: 'opening.mp4' });
  for (const team of ['news', 'sports', 'culture']) await execute('weekly-report', { team });
  const schedule = { taskName: 'site-backup', timeZone: 'Asia/Shanghai', params: { target: 's3://example-backups' } };
  const { id: scheduleId } = await must<{ id: string }>(server, '/schedules', {
    ...schedule,
    name: 'nightly-backup',
    trigger: { type: 'cron', expression: '0 3 * * *' },
  });
  for (const [name, taskName, expression] of [
    ['hourly-feeds', 'feed-import', '5 * * * *'],
    ['monday-report', 'weekly-report', '0 8 * * 1'],
  ])
    await must(server, '/schedules', { name, taskName, timeZone: 'Asia/Shanghai', trigger: { type: 'cron', expression } });
  const { id: webhookId } = await must<{ id: string }>(server, '/webhooks', { name: 'newsroom-site', url: webhookUrl });
  await must(server, '/webhooks', { name: 'archive', url: `${webhookUrl}/archive`, types: ['content.*'] });
  for (const [username, displayName, role] of [
    ['lin', 'Lin Yue', 'editor'],
    ['grace', 'Grace Miller', 'editor'],
    ['omar', 'Omar Haddad', 'operator'],
  ])
    await must(server, '/users', { username, displayName, role });
  await must(server, '/keys', { name: 'website', roles: ['viewer'] });
  await must(server, '/keys', { name: 'import-script', roles: ['editor'] });
  await must(server, '/budgets', { name: 'All models', period: 'month', amountMicros: 500_000_000, currency: 'CNY' });
  await must(server, '/budgets', { name: 'Daily limit', period: 'day', amountMicros: 30_000_000, currency: 'CNY' });
  const isEnded = async (id: string) =>
    ['completed', 'failed'].includes(String((await server.http('GET', `/executions/${id}`)).body.status));
  for (const id of [retriedId, failedId])
    await waitFor(() => isEnded(id), { what: 'the executions with errors to end', timeoutMs: 30_000 });
  return { retriedId, failedId, scheduleId, webhookId, alertId: await fireAlert(server) };
}

/** Agents that send no heartbeat are lost after a while, so they register before the pictures that show them. */
export async function registerAgents(server: TestApplication): Promise<void> {
  for (const agent of [
    { name: 'studio-1', capabilities: ['gpu'], maxConcurrency: 4, version: '1.4.0' },
    { name: 'studio-2', capabilities: ['gpu', 'video'], maxConcurrency: 2, version: '1.4.0' },
  ])
    await must(server, '/agents', agent);
}

async function fireAlert(server: TestApplication): Promise<string> {
  const acts = actsOf(server);
  await acts.addRule({ name: 'reports-wait', threshold: 2, severity: 'warning', labels: { queue: 'reports' } } as never);
  await acts.evaluate();
  return (await acts.alerts()).find(({ status }) => status === 'firing')?.id ?? fail();
}

async function must<Body = unknown>(server: TestApplication, path: string, body?: object, headers?: Record<string, string>): Promise<Body> {
  const answer = await server.http<Body>('POST', path, body, headers);
  if (answer.status >= 300) throw new Error(`POST ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
}

function mondayOf(local: string): string {
  const day = new Date(`${local.slice(0, 10)}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
  return day.toISOString().slice(0, 10);
}

function fail(): never {
  throw new Error('the newsroom lacks an object that the pictures need');
}
