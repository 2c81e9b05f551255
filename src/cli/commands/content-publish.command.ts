import { type Command, Option } from 'commander';
import type { PoolEntryView } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { getContent } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import { POOL_FIELDS } from '../output/pool-fields.ts';
import { commaList, integer } from '../parsers.ts';

interface PublishOptions {
  readonly channel?: string[];
  readonly at?: string;
  readonly now?: boolean;
  readonly priority?: number;
}

export function registerPublish(content: Command, start: Start): void {
  content
    .command('publish')
    .argument('<id>', 'id of the content, or of the task or execution that made it')
    .option('--channel <channels>', 'comma list of channels of the account; all that are enabled unless given', commaList)
    .addOption(new Option('--now', 'due at once; entries that wait in the pool are made due').conflicts('at'))
    .option('--at <time>', 'local time of the account, such as 2027-03-28T09:00; the next free slot unless given')
    .option('--priority <1-10>', '10 first', integer(1, 10))
    .description('publish a content: in the next free slot, --at a time, or --now')
    .addHelpText('after', '\nExample:\n  contenthub content publish 2f4b6c8d0e1f --now --channel site')
    .action(start(publishContent));
}

async function publishContent(call: Invocation, { channel, at, now, priority }: PublishOptions, id: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.list<PoolEntryView>(POOL_FIELDS);
  const content = await getContent(api, id);
  const waiting = now ? await waitingEntries(call, content.id, channel) : [];
  let entries: readonly PoolEntryView[] = waiting;
  if (waiting.length === 0) {
    const wish = { channels: channel, at, priority };
    ({ items: entries } = await api.create<{ items: readonly PoolEntryView[] }>(`/contents/${content.id}/publish`, wish));
  }
  if (now) {
    const due: PoolEntryView[] = [];
    for (const entry of entries) due.push(await makeDue(call, entry));
    entries = due;
  }
  await show(onePage({ items: entries }));
  if (content.reviewStatus !== 'approved') call.note(`It is published once it is approved: contenthub content approve ${content.id}`);
}

/** An entry that is due already may begin at any time, and then no longer accepts the request. */
async function makeDue({ api }: Invocation, { id, version }: PoolEntryView): Promise<PoolEntryView> {
  try {
    return await api.change<PoolEntryView>(`/pool/${id}/publish-now`, {}, version);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== Exit.conflict) throw error;
    const entry = await api.get<PoolEntryView>(`/pool/${id}`);
    if (entry.status !== 'publishing' && entry.status !== 'published') throw error;
    return entry;
  }
}

/** A content is in the pool once for each channel, so that `--now` of a planned content moves its entries. */
async function waitingEntries({ api }: Invocation, contentId: string, channels: readonly string[] | undefined): Promise<PoolEntryView[]> {
  const found: PoolEntryView[] = [];
  for await (const { items } of api.pages<PoolEntryView>('/pool', { contentId, status: 'pending' })) found.push(...items);
  return found.filter(({ channelName }) => channels === undefined || channels.includes(channelName));
}
