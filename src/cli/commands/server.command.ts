import type { Command } from 'commander';
import type { ExitCode } from '../exit-code.ts';
import type { Start } from '../invocation.ts';

/** The two commands that load the application instead of talking to it. */
export function registerServer(program: Command, start: Start): void {
  program
    .command('serve')
    .description('start the server, with its own database unless DATABASE_URL is set')
    .addHelpText('after', '\nExample:\n  PORT=8080 contenthub serve')
    .action(start(async () => (await (await import('../../app/serve.ts')).serve()) as ExitCode));
  program
    .command('migrate')
    .description('bring the database to the newest schema')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://user@host/contenthub contenthub migrate')
    .action(start(async () => (await (await import('../../app/migrate.ts')).migrate()) as ExitCode));
}
