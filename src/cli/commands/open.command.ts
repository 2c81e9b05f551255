import { spawn } from 'node:child_process';
import { type Command } from 'commander';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';

const PAGES: Readonly<Record<string, string>> = { docs: '/docs', admin: '/admin', queues: '/admin/queues', health: '/health/ready' };
const BROWSERS: Partial<Record<NodeJS.Platform, readonly string[]>> = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] };

/** Opens a page of the server. The key is never part of the address. */
export function registerOpen(program: Command, start: Start): void {
  program
    .command('open')
    .argument('[page]', Object.keys(PAGES).join(', '), 'docs')
    .option('--print', 'print the address instead of opening it')
    .description('open a page of the server in the browser')
    .addHelpText('after', '\nExample:\n  contenthub open queues --print')
    .action(start(openPage));
}

async function openPage(call: Invocation, { print = false }: { print?: boolean }, page: string): Promise<void> {
  const path = PAGES[page];
  if (path === undefined)
    throw usageError(`There is no page "${page}"; there are ${Object.keys(PAGES).join(', ')}`, 'contenthub open --help');
  const url = call.connection.server + path;
  // Without a terminal no person sees a browser.
  if (!print && call.terminal.stdout.isTTY) {
    await openBrowser(url, call.terminal.env.BROWSER);
    return;
  }
  if (call.printer.format === 'table') call.printer.text(`${url}\n`);
  else call.printer.one([{ name: 'url', title: 'URL' }])({ url });
}

async function openBrowser(url: string, browser: string | undefined): Promise<void> {
  const [program = '', ...args] = browser ? [browser] : (BROWSERS[process.platform] ?? ['xdg-open']);
  const opened = Promise.withResolvers<void>();
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  child.once('spawn', () => opened.resolve());
  child.once('error', (error) => opened.reject(error));
  await opened.promise.catch((error: Error) => {
    throw new CliError(Exit.failed, 'no_browser', `No browser can be started (${error.message}): ${url}`, 'contenthub open --print');
  });
  child.unref();
}
