import { ChannelRegistry } from '../../src/channels/channel.registry.ts';
import type { PoolEntryView, PoolHistory } from '../../src/content/publishing/pool-entry.dto.ts';
import { type Content, ContentClient, SOURCES } from '../api/content-client.ts';
import { type Answer, startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';
import { type Behaviour, ScriptedChannel } from './scripted-channel.ts';

export type Entry = Wire<PoolEntryView>;

export let server: TestApplication;
export let client: ContentClient;
export const channel = new ScriptedChannel();

/** Starts the server that the functions of this file use, with the channel `scripted`. */
export async function startPool(settings: Record<string, string> = {}): Promise<void> {
  server = await startApplication({
    quickLoops: ['publish-pool'],
    settings: { PUBLISH_SETTLE_AFTER: '1', ASYNC_WORKER_COUNT: '8', ...settings },
  });
  server.app.get(ChannelRegistry).register('scripted', channel);
  client = new ContentClient(server.http);
}

/** An account with the scripted channel, and a digest in it. */
export async function content(account: object = {}, behaviour: Behaviour[] = []): Promise<Content> {
  const { id: accountId } = await client.createAccount({ sources: SOURCES, ...account });
  await server.http('POST', `/accounts/${accountId}/channels`, { name: 'blog', kind: 'scripted', config: { mode: 'publish' } });
  return another(accountId, behaviour);
}

export async function another(accountId: string, behaviour: Behaviour[] = []): Promise<Content> {
  await server.sql('DELETE FROM content_fingerprints'); // texts of the same sources are near-duplicates
  const written = await client.generate({ accountId, keywords: ['storage'] });
  channel.script.set(written.id, behaviour);
  return written;
}

export const publish = ({ id }: Content, wish: object = {}) => server.http<{ items: Entry[] }>('POST', `/contents/${id}/publish`, wish);
export const enqueue = async (written: Content, wish: object = {}): Promise<Entry> => {
  const { body, status } = await publish(written, wish);
  if (status !== 201) throw new Error(JSON.stringify(body));
  return body.items[0] as Entry;
};
export const read = async ({ id }: Entry) => (await server.http<Entry>('GET', `/pool/${id}`)).body;
export const act = (entry: Entry, action: string, body: object = {}): Promise<Answer<Entry>> =>
  server.http<Entry>('POST', `/pool/${entry.id}/${action}`, body, { 'if-match': `"v${entry.version}"` });
export const until = (entry: Entry, what: Partial<Entry>): Promise<Entry> =>
  waitFor(
    async () => {
      const now = await read(entry);
      return Object.entries(what).every(([name, value]) => now[name as keyof Entry] === value) && now;
    },
    { what: `the entry to be ${JSON.stringify(what)}` },
  );
export const transitions = async ({ id }: Entry) =>
  (await server.http<Wire<PoolHistory>>('GET', `/pool/${id}/history`)).body.items.map(({ transition }) => transition).toReversed();
