import type { ApiClient } from '../api-client.ts';
import type { AccountView } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import type { SeedAccount } from './seed-data.ts';
import { countOf, findAccount, findSchedule, isScheduleOf, isSeeded, type SeedLine, topicsOf } from './seed-objects.ts';

/** Removes what `createSeed` has made and no content task has used. Empty when it made nothing, or everything is removed. */
export async function removeSeed(api: ApiClient, seed: SeedAccount): Promise<SeedLine[]> {
  const account = await findAccount(api, seed.name);
  if (account === undefined || !isSeeded(account)) return [];
  const schedule = await removeSchedule(api, seed, account);
  const topics = await removeTopics(api, seed, account);
  const left = await removeAccount(api, account);
  return [schedule, topics, left].filter((line) => line !== null);
}

async function removeSchedule(api: ApiClient, { name }: SeedAccount, { id }: AccountView): Promise<SeedLine | null> {
  const schedule = await findSchedule(api, name);
  if (schedule === undefined) return null;
  if (!isScheduleOf(schedule, id)) return { kind: 'schedule', name, action: 'kept', detail: 'it has another task or other accounts' };
  await api.delete(`/schedules/${schedule.id}`);
  return { kind: 'schedule', name, action: 'deleted', detail: null };
}

/** Topics with a content task stay: they explain it. */
async function removeTopics(api: ApiClient, { name, topics }: SeedAccount, { id }: AccountView): Promise<SeedLine | null> {
  const titles = new Set(topics.map(({ title }) => title));
  let [deleted, kept] = [0, 0];
  for (const topic of await topicsOf(api, id)) {
    if (!titles.has(topic.title)) continue;
    if (await isDone(() => api.delete(`/topics/${topic.id}`, undefined, topic.version), Exit.conflict)) deleted += 1;
    else kept += 1;
  }
  if (deleted === 0 && kept === 0) return null;
  const detail = `${deleted} topics${kept > 0 ? `, ${kept} kept: content tasks worked on them` : ''}`;
  return { kind: 'topics', name, action: deleted > 0 ? 'deleted' : 'kept', detail };
}

async function removeAccount(api: ApiClient, { id, name, status }: AccountView): Promise<SeedLine | null> {
  if (await isDone(() => api.delete(`/accounts/${id}?erase=true`), Exit.conflict))
    return { kind: 'account', name, action: 'deleted', detail: null };
  const contents = await countOf(api, '/contents', id);
  const tasks = await countOf(api, '/content-tasks', id);
  const topics = (await topicsOf(api, id)).length;
  const detail = `it has ${contents} contents, ${tasks} content tasks and ${topics} topics`;
  if (status === 'archived') return { kind: 'account', name, action: 'kept', detail };
  await api.delete(`/accounts/${id}`);
  return { kind: 'account', name, action: 'archived', detail };
}

/** False when the server refuses with this exit code. */
async function isDone(work: () => Promise<unknown>, refusal: number): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof CliError && error.exitCode === refusal) return false;
    throw error;
  }
}
