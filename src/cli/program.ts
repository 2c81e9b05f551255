import { type Argument, Command } from 'commander';
import { registerAccount } from './commands/account.command.ts';
import { registerAgent } from './commands/agent.command.ts';
import { registerWorker } from './commands/agents.command.ts';
import { registerAudit } from './commands/audit.command.ts';
import { registerBatches } from './commands/batch.command.ts';
import { registerContent } from './commands/content.command.ts';
import { registerDoctor } from './commands/doctor.command.ts';
import { registerChannel } from './commands/channel.command.ts';
import { registerPool } from './commands/pool.command.ts';
import { registerKey } from './commands/key.command.ts';
import { registerLimit } from './commands/limit.command.ts';
import { registerQueue } from './commands/queue.command.ts';
import { registerServer } from './commands/server.command.ts';
import { registerTask } from './commands/task.command.ts';
import { registerVersion } from './commands/version.command.ts';
import { reportError } from './error-report.ts';
import { addGlobalOptions } from './global-options.ts';
import { type Start, starter } from './invocation.ts';
import { cliVersion } from './package-root.ts';
import { type Terminal, withProgramName } from './terminal.ts';

/** Runs one command line (without the program's name) and returns the exit code. Never throws. */
export async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  let exitCode = 0;
  const program = createProgram(
    terminal,
    starter(terminal, (code) => {
      exitCode = code;
    }),
  );
  try {
    if (argv.length === 0) program.help();
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    return reportError(error, terminal, { json: asksForJson(argv), help: commandPath(program, argv) });
  }
}

function createProgram(terminal: Terminal, start: Start): Command {
  const program = new Command('contenthub')
    .description('Generate content in the background and follow its progress')
    .version(cliVersion(), '-V, --version', 'print the version')
    .enablePositionalOptions()
    .exitOverride()
    .configureHelp({ subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' ') })
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(withProgramName(text, terminal)),
      writeErr: (text) => terminal.stderr.write(withProgramName(text, terminal)),
      outputError: () => undefined, // error-report.ts prints it
      getOutHelpWidth: () => terminal.stdout.columns ?? 100,
      getErrHelpWidth: () => terminal.stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const register of [
    registerContent,
    registerPool,
    registerChannel,
    registerTask,
    registerBatches,
    registerLimit,
    registerQueue,
    registerAccount,
    registerKey,
    registerAudit,
    registerAgent,
    registerWorker,
    registerServer,
    registerDoctor,
    registerVersion,
  ]) {
    register(program, start);
  }
  addGlobalOptions(program);
  return program;
}

function argumentTerm(argument: Argument): string {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** Reads the raw arguments, because they may be what could not be parsed. */
function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (word, index) => /^(-o|--output=)jsonl?$/.test(word) || (/^(-o|--output)$/.test(word) && /^jsonl?$/.test(argv[index + 1] ?? '')),
  );
}

/** `contenthub task list`: the leading words that name commands. */
function commandPath(program: Command, argv: readonly string[]): string {
  let at = program;
  const words = [program.name()];
  for (const word of argv) {
    const command = at.commands.find((candidate) => candidate.name() === word);
    if (!command) continue;
    at = command;
    words.push(word);
  }
  return words.join(' ');
}
