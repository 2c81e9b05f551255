import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { Command } from 'commander';
import type { AttachmentView, ContentView } from '../api-types.ts';
import { usageError } from '../cli-error.ts';
import { getContent } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import type { Start } from '../starter.ts';

const ID = 'id of the content, or of the task or execution that made it';
const HELP = 'contenthub content attach --help';
const FIELDS: readonly Field[] = [
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'title', title: 'Title', kind: 'text' },
  { name: 'mediaType', title: 'Type' },
  { name: 'bytes', title: 'Bytes' },
  { name: 'sha256', title: 'SHA-256', detail: true },
  { name: 'addedBy', title: 'Added by', kind: 'actor', detail: true },
  { name: 'addedAt', title: 'Added', kind: 'time' },
];

/** `content attach`, `content attachments` and `content detach`. */
export function registerAttachments(content: Command, start: Start): void {
  content
    .command('attach')
    .argument('<id>', ID)
    .argument('<file>', 'PNG, JPEG or WebP image, PDF or CSV, at most 10 MiB')
    .option('--name <name>', 'the name for readers; that of the file unless given')
    .description('add a file to a content; its review starts again')
    .addHelpText('after', '\nExample:\n  contenthub content attach 2f4b6c8d0e1f report.pdf --name "Annual report.pdf"')
    .action(start(attach));
  content
    .command('attachments')
    .argument('<id>', ID)
    .description('list the files of a content')
    .addHelpText('after', '\nExample:\n  contenthub content attachments 2f4b6c8d0e1f')
    .action(start(listAttachments));
  content
    .command('detach')
    .argument('<id>', ID)
    .argument('<name>', 'name of the file, as in "content attachments"')
    .description('remove a file that was not published from a content; its review starts again')
    .addHelpText('after', '\nExample:\n  contenthub content detach 2f4b6c8d0e1f report.pdf')
    .action(start(detach));
}

async function attach({ api, printer, terminal }: Invocation, { name }: { name?: string }, id: string, file: string): Promise<void> {
  const show = printer.one(FIELDS);
  const path = resolve(terminal.cwd, file);
  const bytes = bytesOf(path);
  const content = await getContent(api, id);
  const query = new URLSearchParams({ name: name ?? basename(path) });
  show(await api.upload<AttachmentView>(`/contents/${content.id}/attachments?${query.toString()}`, bytes, content.version));
}

async function listAttachments({ api, printer }: Invocation, _: object, id: string): Promise<void> {
  const show = printer.list<AttachmentView>(FIELDS);
  await show(onePage({ items: (await getContent(api, id)).attachments }));
}

async function detach(call: Invocation, _: object, id: string, name: string): Promise<void> {
  const { api, printer } = call;
  const show = printer.list<AttachmentView>(FIELDS);
  const content = await getContent(api, id);
  const path = `/contents/${content.id}/attachments/${encodeURIComponent(name)}`;
  await show(onePage({ items: (await api.delete<ContentView>(path, undefined, content.version)).attachments }));
}

function bytesOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw usageError(`The file cannot be read: ${error instanceof Error ? error.message : path}`, HELP);
  }
}
