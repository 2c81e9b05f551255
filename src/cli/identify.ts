import { closest } from '../core/text/closest.ts';
import type { ApiClient } from './api-client.ts';
import type {
  AccountView,
  AlertDetailView,
  AlertView,
  ContentTaskView,
  ContentView,
  ExecutionView,
  NamedView,
  PoolEntryView,
  ScheduleView,
  TopicView,
} from './api-types.ts';
import { CliError } from './cli-error.ts';
import { Exit } from './exit-code.ts';
import { withPreviewLink } from './preview-link.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** The last group of a UUID. A UUIDv7 begins with the time, so ids of one minute differ only at the end. */
const SHORT_ID = /^[0-9a-f]{12}$/i;
/** How many of the newest objects are searched for a short id: five requests. */
const SEARCHED = 1_000;

export function isUuid(id: string): boolean {
  return UUID.test(id);
}

export function isShortOf(word: string, id: string): boolean {
  return SHORT_ID.test(word) && id.endsWith(word.toLowerCase());
}

/** The form of an id in tables on a terminal. */
export function shortId(id: string): string {
  return isUuid(id) ? id.slice(-12) : id;
}

/** Accepts a UUID, a short id, or the id of a content task. */
export async function executionIdOf(api: ApiClient, id: string): Promise<string> {
  if (isUuid(id)) return id.toLowerCase();
  try {
    return (await contentTask(api, id)).executionId;
  } catch (error) {
    const found = await unlessFound(error, () => findShort(api, '/executions', id, (view: ExecutionView) => view.executionId));
    if (found !== undefined) return found;
    throw error;
  }
}

export async function getExecution(api: ApiClient, id: string): Promise<ExecutionView> {
  return api.get<ExecutionView>(`/executions/${await executionIdOf(api, id)}`);
}

/** Finds a content by its id, its short id, or the id of the content task or execution that made it. */
export async function getContent(api: ApiClient, id: string): Promise<ContentView> {
  return withPreviewLink(api, await findContent(api, id));
}

async function findContent(api: ApiClient, id: string): Promise<ContentView> {
  if (isUuid(id)) {
    try {
      return await api.get<ContentView>(`/contents/${id.toLowerCase()}`);
    } catch (error) {
      const found = await unlessFound(error, () => contentIdOfTask(api, id).catch(undefinedIfUnknown));
      if (found === undefined) throw error;
      return api.get<ContentView>(`/contents/${found}`);
    }
  }
  try {
    return await api.get<ContentView>(`/contents/${await contentIdOfTask(api, id)}`);
  } catch (error) {
    const found = await unlessFound(error, () => findShort(api, '/contents', id, (view: ContentView) => view.id));
    if (found === undefined) throw error;
    return api.get<ContentView>(`/contents/${found}`);
  }
}

/** Finds an account by its id, its short id or its exact name. */
export async function accountIdOf(api: ApiClient, idOrName: string): Promise<string> {
  if (isUuid(idOrName)) return idOrName.toLowerCase();
  const names: string[] = [];
  for await (const { items } of api.pages<AccountView>('/accounts', {})) {
    const account = items.find(({ name, id }) => name === idOrName || isShortOf(idOrName, id));
    if (account) return account.id;
    names.push(...items.map(({ name }) => name));
  }
  const near = closest(idOrName, names);
  const hint = near === null ? '' : `. Did you mean "${near}"?`;
  throw new CliError(Exit.notFound, 'account_not_found', `There is no account "${idOrName}"${hint}`, 'contenthub account list');
}

/** Finds an entry of the publish pool by its id or its short id. */
export async function getPoolEntry(api: ApiClient, id: string): Promise<PoolEntryView> {
  const entryId = isUuid(id) ? id.toLowerCase() : await findShort(api, '/pool', id, (view: PoolEntryView) => view.id);
  if (entryId !== undefined) return api.get<PoolEntryView>(`/pool/${entryId}`);
  throw new CliError(Exit.notFound, 'pool_entry_not_found', `There is no pool entry "${id}"`, 'contenthub pool list');
}

/** Finds a schedule by its name, its id or its short id. */
export async function getSchedule(api: ApiClient, id: string): Promise<ScheduleView> {
  if (isUuid(id)) return api.get<ScheduleView>(`/schedules/${id.toLowerCase()}`);
  const [named] = (await api.get<{ items: readonly ScheduleView[] }>('/schedules', { name: id })).items;
  if (named !== undefined) return named;
  const found = await findShort(api, '/schedules', id, (view: ScheduleView) => view.id);
  if (found !== undefined) return api.get<ScheduleView>(`/schedules/${found}`);
  throw new CliError(Exit.notFound, 'schedule_not_found', `There is no schedule "${id}"`, 'contenthub schedule list');
}

/** Finds an alert by its id or its short id. */
export async function getAlert(api: ApiClient, id: string): Promise<AlertDetailView> {
  const alertId = isUuid(id) ? id.toLowerCase() : await findShort(api, '/alerts', id, (view: AlertView) => view.id);
  if (alertId !== undefined) return api.get<AlertDetailView>(`/alerts/${alertId}`);
  throw new CliError(Exit.notFound, 'alert_not_found', `There is no alert "${id}"`, 'contenthub alert list');
}

/** Finds an alert rule or channel by its name, its id or its short id: all of them are in one answer. */
export async function getNamed(api: ApiClient, path: '/alert-rules' | '/alert-channels', id: string): Promise<NamedView> {
  const { items } = await api.get<{ items: readonly NamedView[] }>(path);
  const found = items.find((view) => view.name === id) ?? items.find((view) => view.id === id.toLowerCase() || isShortOf(id, view.id));
  if (found !== undefined) return found;
  const [what, list] = path === '/alert-rules' ? ['alert rule', 'rule'] : ['alert channel', 'channel'];
  const names = items.map(({ name }) => name);
  const near = closest(id, names);
  const hint = near === null ? '' : `. Did you mean "${near}"?`;
  throw new CliError(
    Exit.notFound,
    `${what.replace(' ', '_')}_not_found`,
    `There is no ${what} "${id}"${hint}`,
    `contenthub alert ${list} list`,
  );
}

/** Finds a topic by its id or its short id. */
export async function getTopic(api: ApiClient, id: string): Promise<TopicView> {
  const topicId = isUuid(id) ? id.toLowerCase() : await findShort(api, '/topics', id, (view: TopicView) => view.id);
  if (topicId !== undefined) return api.get<TopicView>(`/topics/${topicId}`);
  throw new CliError(Exit.notFound, 'topic_not_found', `There is no topic "${id}"`, 'contenthub topic list');
}

async function contentIdOfTask(api: ApiClient, id: string): Promise<string> {
  const { contentId, status } = await contentTask(api, id);
  if (contentId === null)
    throw new CliError(Exit.notFound, 'no_content', `The task ${id} is ${status} and has no content`, `contenthub task status ${id}`);
  return contentId;
}

async function contentTask(api: ApiClient, id: string): Promise<ContentTaskView> {
  return api.get<ContentTaskView>(`/content-tasks/${encodeURIComponent(id)}`);
}

/** Finds the full id among the newest objects; undefined when none matches. Two matches are an error. */
async function findShort<View>(api: ApiClient, path: string, id: string, idOf: (view: View) => string): Promise<string | undefined> {
  if (!SHORT_ID.test(id)) return undefined;
  const found: string[] = [];
  for await (const { items } of api.pages<View>(path, {}, SEARCHED)) found.push(...items.map(idOf).filter((full) => isShortOf(id, full)));
  if (found.length > 1) throw new CliError(Exit.conflict, 'ambiguous_id', `${found.length} ids end with ${id}: ${found.join(', ')}`, null);
  return found[0];
}

/** The fallback after a look-up that answered "not found". */
async function unlessFound<T>(error: unknown, other: () => Promise<T>): Promise<T | undefined> {
  return error instanceof CliError && error.exitCode === Exit.notFound && error.code !== 'no_content' ? other() : undefined;
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exitCode !== Exit.notFound || error.code === 'no_content') throw error;
}
