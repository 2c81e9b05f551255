import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ApiClient } from '../api-client.ts';
import type { AccountView, ScheduleView } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { packageRoot } from '../package-root.ts';
import { SEED_FOLDER, SEED_OWNER, SEED_TASK, type SeedAccount, seedParams } from './seed-data.ts';
import { findAccount, findSchedule, isScheduleOf, isSeeded, type SeedLine, topicsOf } from './seed-objects.ts';

/** Creates what is missing of one account, its backlog and its schedule. */
export async function createSeed(api: ApiClient, seed: SeedAccount): Promise<SeedLine[]> {
  const { account, line } = await ensureAccount(api, seed);
  return [line, await addTopics(api, seed, account.id), await ensureSchedule(api, seed, account.id)];
}

async function ensureAccount(api: ApiClient, seed: SeedAccount): Promise<{ account: AccountView; line: SeedLine }> {
  const { name } = seed;
  const found = await findAccount(api, name);
  if (found === undefined) return createAccount(api, seed);
  if (!isSeeded(found)) throw taken('account', name, 'contenthub account show');
  if (found.status !== 'archived') return { account: found, line: { kind: 'account', name, action: 'unchanged', detail: null } };
  const account = await api.patch<AccountView>(`/accounts/${found.id}`, { status: 'active' }, found.version);
  return { account, line: { kind: 'account', name, action: 'restored', detail: 'it was archived' } };
}

/** With the files of the project; as notes on a server that cannot read them. */
async function createAccount(api: ApiClient, { name, fields, sources }: SeedAccount): Promise<{ account: AccountView; line: SeedLine }> {
  const body = { ...fields, name, owner: SEED_OWNER };
  const line: SeedLine = { kind: 'account', name, action: 'created', detail: `${sources.length} sources` };
  const files = sources.map(({ file, ...source }) => ({ ...source, type: 'file', location: `${SEED_FOLDER}/${file}` }));
  try {
    return { account: await api.create<AccountView>('/accounts', { ...body, sources: files }), line };
  } catch (error) {
    if (!(error instanceof CliError) || error.code !== 'source_unusable') throw error;
  }
  const notes = await Promise.all(
    sources.map(async ({ file, ...source }) => ({
      ...source,
      type: 'notes',
      text: await readFile(join(packageRoot, SEED_FOLDER, file), 'utf8'),
    })),
  );
  const account = await api.create<AccountView>('/accounts', { ...body, sources: notes });
  return { account, line: { ...line, detail: `${sources.length} sources, as notes: the server cannot read ${SEED_FOLDER}` } };
}

async function addTopics(api: ApiClient, { name, topics }: SeedAccount, accountId: string): Promise<SeedLine> {
  const known = new Set((await topicsOf(api, accountId)).map(({ title }) => title));
  const missing = topics.filter(({ title }) => !known.has(title));
  if (missing.length === 0) return { kind: 'topics', name, action: 'unchanged', detail: `${topics.length} topics` };
  const rows = missing.map(({ title, keywords, section }) => `${title},${keywords.join(';')},${section}`);
  const csv = ['title,keywords,section', ...rows].join('\n');
  const { created, skipped } = await api.create<{ created: readonly object[]; skipped: readonly object[] }>('/topics/import', {
    accountId,
    csv,
  });
  const about = skipped.length > 0 ? `, ${skipped.length} left out: a recent content is about the same` : '';
  return { kind: 'topics', name, action: created.length > 0 ? 'created' : 'unchanged', detail: `${created.length} topics${about}` };
}

async function ensureSchedule(api: ApiClient, { name, schedule }: SeedAccount, accountId: string): Promise<SeedLine> {
  const found = await findSchedule(api, name);
  if (found !== undefined && !isScheduleOf(found, accountId)) throw taken('schedule', name, 'contenthub schedule show');
  if (found !== undefined) return { kind: 'schedule', name, action: 'unchanged', detail: found.description.en };
  const body = { name, taskName: SEED_TASK, params: seedParams(accountId), ...schedule(accountId) };
  const { description, nextDueAt } = await api.create<ScheduleView>('/schedules', body);
  return { kind: 'schedule', name, action: 'created', detail: `${description.en}, next ${nextDueAt ?? 'never'}` };
}

function taken(kind: string, name: string, next: string): CliError {
  return new CliError(
    Exit.conflict,
    'seed_name_taken',
    `There is ${kind === 'account' ? 'an' : 'a'} ${kind} named ${name} that this command did not make: rename it`,
    `${next} ${name}`,
  );
}
