import type { ApiClient } from './api-client.ts';
import type { AccountView, ContentTaskView, ExecutionView } from './api-types.ts';
import { CliError } from './cli-error.ts';
import { Exit } from './exit-code.ts';

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

export function isUuid(id: string): boolean {
  return UUID.test(id);
}

/** An execution's id is a UUID; any other word is the id of a content task, which has its execution. */
export async function executionIdOf(api: ApiClient, id: string): Promise<string> {
  return isUuid(id) ? id.toLowerCase() : (await contentTask(api, id)).executionId;
}

export async function getExecution(api: ApiClient, id: string): Promise<ExecutionView> {
  return api.get<ExecutionView>(`/executions/${await executionIdOf(api, id)}`);
}

/** A content by its id, or by the id of the content task that made it. */
export async function contentIdOf(api: ApiClient, id: string): Promise<string> {
  if (isUuid(id)) return id.toLowerCase();
  const { contentId, status } = await contentTask(api, id);
  if (contentId === null)
    throw new CliError(Exit.notFound, 'no_content', `The task ${id} is ${status} and has no content`, `contenthub task status ${id}`);
  return contentId;
}

/** An account by its id or its exact name. */
export async function accountIdOf(api: ApiClient, idOrName: string): Promise<string> {
  if (isUuid(idOrName)) return idOrName.toLowerCase();
  for await (const { items } of api.pages<AccountView>('/accounts', {})) {
    const account = items.find(({ name }) => name === idOrName);
    if (account) return account.id;
  }
  throw new CliError(Exit.notFound, 'account_not_found', `There is no account "${idOrName}"`, 'contenthub account list');
}

async function contentTask(api: ApiClient, id: string): Promise<ContentTaskView> {
  return api.get<ContentTaskView>(`/content-tasks/${encodeURIComponent(id)}`);
}
