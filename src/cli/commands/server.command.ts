import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { ExitCode } from '../exit-code.ts';
import type { Start } from '../invocation.ts';

/** The commands that load the application instead of talking to it. */
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
  program
    .command('openapi')
    .description('write the OpenAPI document of the API, from the code alone')
    .option('--check', 'write nothing; fail when the file is not that of the code')
    .option('--out <file>', 'where the document is kept (default: openapi.json)')
    .addHelpText('after', '\nExample:\n  contenthub openapi --check')
    .action(
      start(async ({ terminal }, { check = false, out = 'openapi.json' }: { check?: boolean; out?: string }) => {
        const { openapi } = await import('../../app/openapi.ts');
        const say = (line: string): void => void terminal.stdout.write(`${line}\n`);
        const warn = (line: string): void => void terminal.stderr.write(`${line}\n`);
        return (await openapi({ file: resolve(terminal.cwd, out), check, say, warn })) as ExitCode;
      }),
    );
}
