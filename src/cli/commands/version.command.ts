import type { Command } from 'commander';
import type { Start } from '../starter.ts';
import { cliVersion } from '../package-root.ts';

export function registerVersion(program: Command, start: Start): void {
  program
    .command('version')
    .description('print the version of this CLI')
    .addHelpText('after', '\nExample:\n  contenthub version -o json')
    .action(
      start(async ({ printer }) => {
        const version = { contenthub: cliVersion(), node: process.versions.node };
        if (printer.format === 'table') printer.text(`contenthub ${version.contenthub}\n`);
        else
          printer.one([
            { name: 'contenthub', title: 'contenthub' },
            { name: 'node', title: 'Node' },
          ])(version);
      }),
    );
}
