import type { Command } from 'commander';
import { resolve } from 'node:path';
import type { ExitCode } from '../exit-code.ts';
import { usageError } from '../cli-error.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { confirm } from '../prompt.ts';

/** Commands that load the application instead of calling its API. */
export function registerServer(program: Command, start: Start): void {
  program
    .command('serve')
    .description('start the server, with its own database unless DATABASE_URL is set')
    .addHelpText('after', '\nExample:\n  PORT=8080 contenthub serve')
    .action(start(async () => (await (await import('../../app/serve.ts')).serve()) as ExitCode));
  program
    .command('migrate')
    .description('migrate the database to the newest schema')
    .addHelpText('after', '\nExample:\n  DATABASE_URL=postgres://user@host/contenthub contenthub migrate')
    .action(start(async () => (await (await import('../../app/migrate.ts')).migrate()) as ExitCode));
  program
    .command('backup')
    .argument('[file]', 'target file (default: contenthub-<time>.backup.gz in the working directory)')
    .description('write a consistent copy of the database while the server runs')
    .addHelpText('after', '\nExample:\n  contenthub backup monday.backup.gz')
    .action(
      start(async (call, _options, file: string | undefined) => {
        const { backup } = await import('../../app/backup.ts');
        const name = file ?? `contenthub-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.backup.gz`;
        return (await backup({ ...output(call), file: resolve(call.terminal.cwd, name) }).catch(usageErrorOf('backup'))) as ExitCode;
      }),
    );
  program
    .command('restore')
    .argument('<file>', 'a file that "backup" wrote, by this or an older version')
    .option('--replace', 'delete the data in the database; without this it must be empty')
    .option('--yes', 'do not ask')
    .description('fill the database from a backup; the server must be stopped')
    .addHelpText('after', '\nExample:\n  contenthub restore monday.backup.gz --replace --yes')
    .action(
      start(async (call, { replace = false, yes }: { replace?: boolean; yes?: boolean }, file: string) => {
        const { restore } = await import('../../app/backup.ts');
        const next = `contenthub restore ${file} --replace --yes`;
        if (replace) await confirm(call, 'This deletes all data in the database.', { yes, next });
        return (await restore({ ...output(call), file: resolve(call.terminal.cwd, file), replace }).catch(
          usageErrorOf('restore'),
        )) as ExitCode;
      }),
    );
  program
    .command('openapi')
    .description('write the OpenAPI document of the API, without a server')
    .option('--check', 'write nothing; fail when the file differs from the code')
    .option('--out <file>', 'file of the document (default: openapi.json)')
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

function output(call: Invocation): { say: (line: string) => void; note: (line: string) => void } {
  return { say: (line) => void call.terminal.stdout.write(`${line}\n`), note: (line) => call.note(line) };
}

/** A wrong file or database is a usage error; anything else is a failure. */
function usageErrorOf(command: 'backup' | 'restore'): (error: unknown) => never {
  const next = `contenthub ${command} --help`;
  return (error) => {
    if (error instanceof Error && error.name === 'BackupError') throw usageError(error.message, next);
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw usageError(`There is no ${command === 'backup' ? 'folder for' : 'file'} ${path}`, next);
    throw error;
  };
}
