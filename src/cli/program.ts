import type { Command } from 'commander';
import { newProgram, runProgram } from './command-line.ts';
import { COMMAND_GROUPS, type CommandGroup } from './command-groups.ts';
import { addGlobalOptions } from './global-options.ts';
import { type Start, starter } from './starter.ts';
import { languageOf } from './i18n/language.ts';
import { onlyVersion, textsOf } from './i18n/load-texts.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line (without the program's name) and returns the exit code. Never throws. */
export async function run(argv: readonly string[], streams: Terminal): Promise<number> {
  const terminal = { ...streams, texts: await textsOf(languageOf(argv, streams.env), argv) };
  let exitCode = 0;
  const start = starter(terminal, (code) => {
    exitCode = code;
  });
  const completion: CommandGroup = {
    words: ['completion', '__complete'],
    load: async () => {
      const { registerCompletion } = await import('./commands/completion.command.ts');
      return (program) => registerCompletion(program, start, (words) => createProgram(terminal, start, words, all));
    },
  };
  const all = [...COMMAND_GROUPS, completion];
  const program = await createProgram(terminal, start, argv, all);
  return runProgram(program, argv, terminal, { exitCode: () => exitCode, json: asksForJson(argv) });
}

/** The program with the commands that these words need, in their order. */
async function createProgram(terminal: Terminal, start: Start, words: readonly string[], all: readonly CommandGroup[]): Promise<Command> {
  const program = newProgram('contenthub', 'Generate content in the background and follow its progress', terminal);
  const groups = groupsFor(words, all);
  const wanted = groups.length === 1 ? words : [];
  for (const register of await Promise.all(groups.map(({ load }) => load(wanted)))) register(program, start);
  addGlobalOptions(program);
  return program;
}

/** Loading all commands takes four times as long as loading one. The help and a suggestion for a wrong word need all of them. */
function groupsFor(argv: readonly string[], all: readonly CommandGroup[]): readonly CommandGroup[] {
  if (onlyVersion(argv)) return [];
  const [word = ''] = argv;
  const group = all.find(({ words }) => words.includes(word));
  return group === undefined ? all : [group];
}

/** Reads the raw arguments, because they may be what could not be parsed. */
function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) => /^(-o|--output=)jsonl?$/.test(word) || (/^(-o|--output)$/.test(word) && /^jsonl?$/.test(argv[index + 1] ?? '')),
  );
}
