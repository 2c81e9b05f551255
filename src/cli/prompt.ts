import { CliError, usageError } from './cli-error.ts';
import { Exit } from './exit-code.ts';
import type { Invocation } from './invocation.ts';
import { translated } from './terminal.ts';

/** Asks on a terminal. Without a terminal, and with JSON output, only --yes confirms. */
export async function confirm(
  call: Invocation,
  question: string,
  { yes, next }: { yes: boolean | undefined; next: string },
): Promise<void> {
  const { stdin, stderr, interrupted } = call.terminal;
  if (yes) return;
  if (!stdin.isTTY || !stderr.isTTY || call.printer.format !== 'table') throw usageError(`${question} Confirm with --yes`, next);
  stderr.write(`${translated(question, call.terminal)} ${translated('Continue? [y/N]', call.terminal)} `);
  const answer = await firstLine(stdin, interrupted);
  interrupted.throwIfAborted();
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError(Exit.failed, 'declined', 'Nothing was done', next);
}

async function firstLine(input: NodeJS.ReadableStream, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline');
  const lines = createInterface({ input, terminal: false, signal });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
  }
}
