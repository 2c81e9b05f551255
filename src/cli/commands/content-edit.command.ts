import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import type { ContentView } from '../api-types.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { getContent } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { CONTENT_FIELDS } from '../output/fields.ts';
import { integer, readSource } from '../parsers.ts';
import { withPreviewLink } from '../preview-link.ts';

interface EditOptions {
  readonly file?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly ifVersion?: number;
}

const HELP = 'contenthub content edit --help';
const MAX_VERSION = 2_147_483_647;

export function registerEdit(content: Command, start: Start): void {
  content
    .command('edit')
    .argument('<id>', 'id of the content, or of the task or execution that made it')
    .option('-f, --file <file>', 'the new body as Markdown, or - for stdin; the editor opens unless given')
    .option('--title <text>', 'the new title')
    .option('--summary <text>', 'the new summary')
    .option('--if-version <n>', 'only if the content still has this version', integer(1, MAX_VERSION))
    .description('edit a content in $VISUAL or $EDITOR, or from a file; its review starts again')
    .addHelpText('after', '\nExample:\n  contenthub content edit 2f4b6c8d0e1f --file article.md --if-version 3')
    .action(start(editContent));
}

async function editContent(call: Invocation, { file, title, summary, ifVersion }: EditOptions, id: string): Promise<void> {
  const { api, printer, terminal } = call;
  const show = printer.one(CONTENT_FIELDS);
  const given = file === undefined ? undefined : await readSource(file === '-' ? file : `@${file}`, terminal, HELP);
  const opensEditor = given === undefined && title === undefined && summary === undefined;
  const command = opensEditor ? editorOf(call) : '';
  const content = await getContent(api, id);
  if (ifVersion !== undefined && ifVersion !== content.version) throw changed(content.id, `It has version ${content.version} now`);
  const draft = opensEditor ? await openEditor(command, content) : undefined;
  const bodyMarkdown = draft?.text ?? given;
  if (draft !== undefined && draft.text === content.bodyMarkdown) {
    draft.remove();
    call.note('Nothing was changed');
    return;
  }
  try {
    const edited = await api.patch<ContentView>(`/contents/${content.id}`, { title, summary, bodyMarkdown }, content.version);
    draft?.remove();
    show(withPreviewLink(api, edited));
  } catch (error) {
    throw draft === undefined ? explained(error, content.id) : explained(error, content.id, draft.file);
  }
}

function editorOf({ terminal: { env, stdin, stdout } }: Invocation): string {
  const command = env.VISUAL || env.EDITOR;
  if (!stdin.isTTY || !stdout.isTTY) throw usageError('There is no terminal for an editor: give --file, --title or --summary', HELP);
  if (!command) throw usageError('Neither VISUAL nor EDITOR names an editor: set one, or give --file', HELP);
  return command;
}

interface Draft {
  readonly file: string;
  readonly text: string;
  remove(): void;
}

/** The draft stays on the disk until it is stored, so that no failure loses it. */
async function openEditor(command: string, { bodyMarkdown }: ContentView): Promise<Draft> {
  const file = join(mkdtempSync(join(tmpdir(), 'contenthub-edit-')), 'content.md');
  const remove = (): void => rmSync(dirname(file), { recursive: true });
  // An editor ends its last line with a newline, so that an unchanged text would look changed without it.
  const newline = bodyMarkdown.endsWith('\n') ? '' : '\n';
  writeFileSync(file, bodyMarkdown + newline);
  const code = await exitCodeOf(command, file);
  if (code !== 0)
    throw new CliError(Exit.failed, 'editor_failed', `The editor ended with ${code}: nothing was changed. The text is in ${file}`, null);
  const text = readFileSync(file, 'utf8');
  return { file, remove, text: newline !== '' && text.endsWith('\n') ? text.slice(0, -1) : text };
}

/** By a shell, because the variable may hold arguments, as in `code --wait`. */
async function exitCodeOf(command: string, file: string): Promise<number> {
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore); // Ctrl-C belongs to the editor
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn('sh', ['-c', `${command} "$1"`, 'sh', file], { stdio: 'inherit' });
      child.once('error', reject);
      child.once('close', (code) => resolve(code ?? Exit.failed));
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}

function explained(error: unknown, id: string, file?: string): unknown {
  const conflict = error instanceof CliError && error.problem?.status === 412;
  if (file === undefined) return conflict ? changed(id, 'The content was edited meanwhile', error.problem) : error;
  if (conflict) return changed(id, `The content was edited meanwhile. Your text is in ${file}`, error.problem, file);
  const { exitCode, code, message, problem } =
    error instanceof CliError ? error : { exitCode: Exit.interrupted, code: 'interrupted', message: 'Interrupted.', problem: undefined };
  return new CliError(exitCode, code, `${message} Your text is in ${file}`, `contenthub content edit ${id} --file ${file}`, problem);
}

function changed(id: string, message: string, problem?: CliError['problem'], file = '<file>'): CliError {
  const next = `contenthub content diff ${id}, put both texts together, then contenthub content edit ${id} --file ${file}`;
  return new CliError(Exit.conflict, 'version_changed', message, next, problem);
}
