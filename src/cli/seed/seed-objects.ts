import type { ApiClient } from '../api-client.ts';
import type { AccountView, ScheduleView, TopicView } from '../api-types.ts';
import { SEED_OWNER, SEED_TASK } from './seed-data.ts';

/** What happened to one object. */
export interface SeedLine {
  readonly kind: 'account' | 'topics' | 'schedule';
  readonly name: string;
  readonly action: 'created' | 'restored' | 'unchanged' | 'deleted' | 'archived' | 'kept';
  readonly detail: string | null;
}

export async function findAccount(api: ApiClient, name: string): Promise<AccountView | undefined> {
  for await (const { items } of api.pages<AccountView>('/accounts', {})) {
    const account = items.find((one) => one.name === name);
    if (account) return account;
  }
  return undefined;
}

export function isSeeded({ owner }: AccountView): boolean {
  return owner === SEED_OWNER;
}

export async function findSchedule(api: ApiClient, name: string): Promise<ScheduleView | undefined> {
  return (await api.get<{ items: readonly ScheduleView[] }>('/schedules', { name })).items[0];
}

/** A schedule that people have given another task or other accounts is theirs. */
export function isScheduleOf({ taskName, params }: ScheduleView, accountId: string): boolean {
  const ids = params['account_ids'];
  return taskName === SEED_TASK && Array.isArray(ids) && ids.length === 1 && ids[0] === accountId;
}

export async function topicsOf(api: ApiClient, accountId: string): Promise<TopicView[]> {
  const topics: TopicView[] = [];
  for await (const { items } of api.pages<TopicView>('/topics', { accountId })) topics.push(...items);
  return topics;
}

export async function countOf(api: ApiClient, path: string, accountId: string): Promise<number> {
  let count = 0;
  for await (const { items } of api.pages<object>(path, { accountId })) count += items.length;
  return count;
}
