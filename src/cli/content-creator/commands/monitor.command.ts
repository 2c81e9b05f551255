import type { Command } from 'commander';
import { CliError } from '../../cli-error.ts';
import { Exit, type ExitCode } from '../../exit-code.ts';
import type { Invocation } from '../../invocation.ts';
import { integer } from '../../parsers.ts';
import type { Start } from '../../starter.ts';

interface MonitorOptions {
  readonly port?: number;
  readonly host?: string;
}

const DEFAULT_PORT = 3000;

/** `monitor` and `monitor start`, as the monitor program of the public tool. */
export function registerMonitor(command: Command, start: Start): void {
  command
    .argument('[action]', 'start')
    .option('-p, --port <n>', `port (default: ${DEFAULT_PORT}; 0 takes a free one)`, integer(0, 65_535))
    .option('--host <address>', 'address to listen on (default: 127.0.0.1); others need no key to read the page')
    .description('serve a page with the queues, /api/stats and /health')
    .addHelpText('after', '\nExample:\n  content-creator monitor -p 3001')
    .action(start(monitor));
}

async function monitor(call: Invocation, { port = DEFAULT_PORT, host = '127.0.0.1' }: MonitorOptions, action = 'start'): Promise<ExitCode> {
  if (action !== 'start') throw new CliError(Exit.usage, 'usage', `There is no action "${action}"`, 'content-creator monitor --help');
  const { serveMonitor } = await import('../monitor/monitor-server.ts');
  await serveMonitor(call.api, { port, host, until: call.terminal.interrupted }, (url) => {
    if (call.printer.format === 'json') call.printer.data({ url });
    else call.printer.text(`监控面板: ${url}/admin/queues\n`);
    call.note(`It shows ${call.connection.server}. Ctrl-C ends it`);
  });
  return Exit.ok;
}
