import { programName } from './package-root.ts';
import { run } from './program.ts';
import { STDOUT_CLOSED } from './terminal.ts';

const interrupt = new AbortController();
// Once: the second of its kind finds no listener and ends the process at once.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupt.abort());
// A reader that has seen enough (`| head`) is no error. The server, which ignores the signal, lives on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    if (stream === process.stdout) interrupt.abort(STDOUT_CLOSED);
  });
}

// The exit code is set, not forced: what stands in the pipes is still written.
process.exitCode = await run(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  env: process.env,
  cwd: process.cwd(),
  program: programName,
  interrupted: interrupt.signal,
});
