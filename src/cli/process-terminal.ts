import { STDOUT_CLOSED, type Terminal } from './terminal.ts';

/** Runs a command line of this process. The exit code is set, without process.exit(), so that pending output is still written. */
export async function runProcess(program: string, run: (argv: readonly string[], terminal: Terminal) => Promise<number>): Promise<void> {
  const interrupt = new AbortController();
  // once: a second signal finds no listener and ends the process
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
  // A closed reader (`| head`) is not an error. The server ignores it and continues.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
      if (stream === process.stdout) interrupt.abort(STDOUT_CLOSED);
    });
  }
  process.exitCode = await run(process.argv.slice(2), {
    stdout: process.stdout,
    stderr: process.stderr,
    stdin: process.stdin,
    env: process.env,
    cwd: process.cwd(),
    program,
    interrupted: interrupt.signal,
  });
}
