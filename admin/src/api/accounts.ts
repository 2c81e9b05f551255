import { queryOptions } from '@tanstack/react-query';
import { call, ifMatch } from './client.ts';
import type {
  AccountChannelList,
  AccountChannelsCreateData,
  AccountChannelsListData,
  AccountChannelsProbeData,
  AccountChannelsUpdateData,
  AccountChannelView,
  AccountPage,
  AccountsArchiveData,
  AccountsCreateData,
  AccountsGetData,
  AccountsListData,
  AccountsUpdateData,
  AccountView,
  ChannelProbeView,
  CreateAccountBody,
  CreateChannelBody,
  PromptList,
  PromptsListData,
  PromptsResetData,
  PromptsPutData,
  PromptView,
  SourceCheckView,
  SourceDto,
  SourcesCheckData,
  UpdateAccountBody,
  UpdateChannelBody,
} from './schema/types.gen.ts';

const PAGE = 200;
/** More accounts than one screen can use: 5 pages of 200. */
const MOST_PAGES = 5;

/** All accounts by name, archived ones too. */
export const accountsQuery = queryOptions({
  queryKey: ['accounts'],
  queryFn: async ({ signal }) => {
    const items: AccountView[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page++) {
      const query = { limit: PAGE, cursor };
      const next = await call<AccountsListData, AccountPage>('GET', '/accounts', { query, signal });
      items.push(...next.items);
      if (next.nextCursor === null) break;
      cursor = next.nextCursor;
    }
    return items.sort((a, b) => a.name.localeCompare(b.name));
  },
  refetchInterval: 60_000,
  staleTime: 60_000,
});

export const accountName = (accounts: readonly AccountView[] | undefined, id: string): string =>
  accounts?.find((account) => account.id === id)?.name ?? '…';

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id],
    queryFn: ({ signal }) => call<AccountsGetData, AccountView>('GET', '/accounts/{id}', { path: { id }, signal }),
  });

export const createAccount = (body: CreateAccountBody): Promise<AccountView> =>
  call<AccountsCreateData, AccountView>('POST', '/accounts', { body });

export const updateAccount = ({ id, version }: Pick<AccountView, 'id' | 'version'>, body: UpdateAccountBody): Promise<AccountView> =>
  call<AccountsUpdateData, AccountView>('PATCH', '/accounts/{id}', { path: { id }, body, headers: ifMatch(version) });

export const archiveAccount = (id: string): Promise<AccountView> =>
  call<AccountsArchiveData, AccountView>('DELETE', '/accounts/{id}', { path: { id } });

export const accountChannelsQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'channels'],
    queryFn: ({ signal }) => call<AccountChannelsListData, AccountChannelList>('GET', '/accounts/{id}/channels', { path: { id }, signal }),
  });

export const createChannel = (id: string, body: CreateChannelBody): Promise<AccountChannelView> =>
  call<AccountChannelsCreateData, AccountChannelView>('POST', '/accounts/{id}/channels', { path: { id }, body });

const at = ({ accountId, id }: AccountChannelView) => ({ path: { id: accountId, channelId: id } });

export const updateChannel = (channel: AccountChannelView, body: UpdateChannelBody): Promise<AccountChannelView> =>
  call<AccountChannelsUpdateData, AccountChannelView>('PATCH', '/accounts/{id}/channels/{channelId}', {
    ...at(channel),
    body,
    headers: ifMatch(channel.version),
  });

/** Asks the channel; nothing is published. */
export const probeChannel = (channel: AccountChannelView): Promise<ChannelProbeView> =>
  call<AccountChannelsProbeData, ChannelProbeView>('POST', '/accounts/{id}/channels/{channelId}/probe', at(channel));

/** Reads it as a creator would; nothing is stored. */
export const checkSource = (source: SourceDto): Promise<SourceCheckView> =>
  call<SourcesCheckData, SourceCheckView>('POST', '/sources/check', { body: { source } });

/** Below the key of the account, so that a change of the account reads them anew. */
export const promptsQuery = (id: string) =>
  queryOptions({
    queryKey: ['accounts', id, 'prompts'],
    queryFn: ({ signal }) => call<PromptsListData, PromptList>('GET', '/accounts/{id}/prompts', { path: { id }, signal }),
  });

export const savePrompt = (id: string, name: PromptView['name'], text: string): Promise<PromptView> =>
  call<PromptsPutData, PromptView>('PUT', '/accounts/{id}/prompts/{name}', { path: { id, name }, body: { text } });

export const resetPrompt = (id: string, name: PromptView['name']): Promise<unknown> =>
  call<PromptsResetData, unknown>('DELETE', '/accounts/{id}/prompts/{name}', { path: { id, name } });
