import { closest } from '../core/text/closest.ts';
import type { ApiClient } from './api-client.ts';
import type { AccountView, ContentTaskView, ContentView, ExecutionView } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { Exit } from './exit-code.ts';
import { withPreviewLink } from './preview-link.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
/** The last group of a UUID. UUIDv7 begins with the time: ids of one minute differ only at their ends. */
const SHORT_ID = /^[0-9a-f]{12}$/i;
/** A short id is looked for among this many of the newest: five requests. */
const SEARCHED = 1_000;

export function isUuid(id: string): boolean {
  return UUID.test(id);
}

export function isShortOf(word: string, id: string): boolean {
  return SHORT_ID.test(word) && id.endsWith(word.toLowerCase());
}

/** As tables on a terminal show it. */
export function shortId(id: string): string {
  return isUuid(id) ? id.slice(-12) : id;
}

/** An execution's id is a UUID or its short form; any other word is the id of a content task, which has its execution. */
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

/** A content by its id, its short id, or the id of the content task or the execution that made it. */
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

/** An account by its id, its short id or its exact name. */
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

async function contentIdOfTask(api: ApiClient, id: string): Promise<string> {
  const { contentId, status } = await contentTask(api, id);
  if (contentId === null)
    throw new CliError(Exit.notFound, 'no_content', `The task ${id} is ${status} and has no content`, `contenthub task status ${id}`);
  return contentId;
}

async function contentTask(api: ApiClient, id: string): Promise<ContentTaskView> {
  return api.get<ContentTaskView>(`/content-tasks/${encodeURIComponent(id)}`);
}

/** The full id among the newest of a list; undefined when none ends so. Two with the same end are an error: nothing is guessed. */
async function findShort<View>(api: ApiClient, path: string, id: string, idOf: (view: View) => string): Promise<string | undefined> {
  if (!SHORT_ID.test(id)) return undefined;
  const found: string[] = [];
  for await (const { items } of api.pages<View>(path, {}, SEARCHED)) found.push(...items.map(idOf).filter((full) => isShortOf(id, full)));
  if (found.length > 1) throw new CliError(Exit.conflict, 'ambiguous_id', `${found.length} ids end with ${id}: ${found.join(', ')}`, null);
  return found[0];
}

/** The second way to an id, when the first answered "not found". */
async function unlessFound<T>(error: unknown, other: () => Promise<T>): Promise<T | undefined> {
  return error instanceof CliError && error.exitCode === Exit.notFound && error.code !== 'no_content' ? other() : undefined;
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exitCode !== Exit.notFound || error.code === 'no_content') throw error;
}
