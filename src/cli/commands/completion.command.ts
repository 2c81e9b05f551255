import { type Command, Argument } from 'commander';
import { type Candidate, candidatesFor } from '../completion/candidates.ts';
import { FILES, SCRIPTS, type Shell, SHELLS } from '../completion/scripts.ts';
import { serverLookup } from '../completion/server-values.ts';
import { singleLine } from '../output/plain-text.ts';
import type { Start } from '../starter.ts';

/** `completion bash`, and `__complete`, which the scripts call. `treeFor`: the program with the commands that these words need. */
export function registerCompletion(program: Command, start: Start, treeFor: (words: readonly string[]) => Promise<Command>): void {
  program
    .command('completion')
    .addArgument(new Argument('<shell>', 'which script').choices(SHELLS))
    .description('print the script that completes commands, options, ids and names on Tab')
    .addHelpText('after', '\nExample:\n  source <(contenthub completion bash)')
    .action(
      start(async ({ terminal }, _options: object, shell: Shell) => {
        terminal.stdout.write(SCRIPTS[shell]);
      }),
    );
  program
    .command('__complete', { hidden: true })
    .argument('<shell>')
    .argument('[words...]')
    .action(
      start(async ({ terminal }, _options: object, shell: Shell, words: readonly string[]) => {
        const found = await candidatesFor(await treeFor(words.slice(0, -1)), words, serverLookup(terminal));
        terminal.stdout.write(found.map((candidate) => `${lineOf(candidate, shell)}\n`).join(''));
      }),
    );
}

function lineOf({ value, description }: Candidate, shell: Shell): string {
  const word = singleLine(value);
  if (word === FILES || shell === 'bash' || !description) return word === FILES || shell !== 'zsh' ? word : word.replaceAll(':', '\\:');
  const about = singleLine(description);
  return shell === 'zsh' ? `${word.replaceAll(':', '\\:')}:${about}` : `${word}\t${about}`;
}
