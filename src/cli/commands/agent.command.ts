import { accessSync, constants } from 'node:fs';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Command } from 'commander';
import type { EnrolledAgent } from '../api-types.ts';
import { timerMs } from '../../core/time/timer-ms.ts';
import { Agent } from '../agent/agent.ts';
import { AgentApi, isPassingError } from '../agent/agent-api.ts';
import { programEnvironment } from '../agent/program-environment.ts';
import { readTokenFile, writeTokenFile } from '../agent/token-file.ts';
import { ApiClient } from '../api-client.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit, type ExitCode } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { cliVersion } from '../package-root.ts';
import { commaList, duration, integer } from '../parsers.ts';
import { registerAgentAdministration } from './agents.command.ts';

interface AgentOptions {
  readonly exec?: string;
  readonly capabilities?: readonly string[];
  readonly concurrency?: number;
  readonly name?: string;
  readonly tokenFile?: string;
  readonly drain?: number;
  readonly env?: readonly string[];
}

const HELP = 'contenthub agent --help';
const CONCURRENCY = 3;
const DRAIN_MS = 20_000;
/** Pauses between attempts to register while the server is unreachable. */
const WAIT_MS = { first: 1_000, most: 10_000 };

const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

export function registerAgent(program: Command, start: Start): void {
  const agent = program
    .command('agent')
    .option('--exec <file>', 'program to run for each task: params on stdin, result on stdout, log on stderr')
    .option('--capabilities <list>', 'capabilities of this agent, comma-separated (gpu,ffmpeg)', commaList)
    .option('--concurrency <n>', `tasks at once (default: ${CONCURRENCY})`, integer(1, 1000))
    .option('--name <name>', 'name of the agent (default: the host name)')
    .option('--token-file <file>', 'file for the agent token, so that a restart needs no operator key')
    .option('--drain <duration>', 'how long running tasks may take to end at shutdown (default: 20s)', duration)
    .option('--env <name>', 'pass this variable to the program too (repeatable); by default it gets PATH, HOME, LANG and similar', repeated)
    .description('run tasks of the server here, one program for each; or manage agents')
    .addHelpText('after', '\nExample:\n  contenthub agent --capabilities gpu,ffmpeg --concurrency 2 --exec ./transcribe.sh')
    .action(start(runAgent));
  registerAgentAdministration(agent, start);
}

async function runAgent(call: Invocation, options: AgentOptions): Promise<ExitCode> {
  const { exec, concurrency = CONCURRENCY, drain: drainMs = DRAIN_MS } = options;
  if (exec === undefined) throw usageError('An agent needs a program: --exec <file>', HELP);
  const { terminal } = call;
  const file = programAt(exec, terminal.cwd);
  const env = programEnvironment(terminal.env, options.env ?? [], call.connection.token);
  const { signalGroup } = await import('../../platform/lifecycle/process-group.ts');
  const { id, token, heartbeatMs } = await enrol(call, options, concurrency);
  const connection = { ...call.connection, token, tokenFrom: 'the registration' };
  const over = new AbortController();
  const waiting = new ApiClient(connection, AbortSignal.any([terminal.interrupted, over.signal]));
  const api = new AgentApi(new ApiClient(connection, new AbortController().signal), waiting, id);
  const program = { file, cwd: terminal.cwd, env, signalGroup };
  const agent = new Agent(api, { concurrency, heartbeatMs, drainMs, program, say: (line) => call.note(line) });
  await agent.run(terminal.interrupted).finally(() => over.abort());
  if (options.tokenFile === undefined) await api.unregister();
  return Exit.ok;
}

function programAt(exec: string, cwd: string): string {
  if (!/[/\\]/.test(exec)) return exec; // to be found in PATH
  const file = resolve(cwd, exec);
  try {
    accessSync(file, constants.X_OK);
  } catch {
    throw usageError(`The program ${file} does not exist or is not executable`, `chmod +x ${file}`);
  }
  return file;
}

/** Uses the stored token of this agent, or registers it with the key of an operator. */
async function enrol(
  call: Invocation,
  { name = hostname(), capabilities = [], tokenFile }: AgentOptions,
  maxConcurrency: number,
): Promise<EnrolledAgent> {
  const { terminal, connection } = call;
  const file = tokenFile === undefined ? undefined : resolve(terminal.cwd, tokenFile);
  const own = file === undefined ? undefined : await readTokenFile(file);
  const body = { name, capabilities, maxConcurrency, version: cliVersion() };
  const register = (api: ApiClient) => api.create<EnrolledAgent>('/agents', body);
  const again = own === undefined ? undefined : new ApiClient({ ...connection, token: own, tokenFrom: String(file) }, terminal.interrupted);
  const enrolled = await untilAnswered(
    call,
    async () => (await again?.create<EnrolledAgent>('/agents', body).catch(undefinedIfUnknown)) ?? (await register(call.api)),
  );
  if (file !== undefined) await writeTokenFile(file, enrolled.token);
  call.note(`Agent ${name} (${enrolled.id}) waits for tasks at ${connection.server}`);
  return enrolled;
}

/** An agent is often started before its server. It waits, and reports what it waits for. */
async function untilAnswered<T>(call: Invocation, ask: () => Promise<T>): Promise<T> {
  const { interrupted } = call.terminal;
  let said = '';
  for (let pause = WAIT_MS.first; ; pause = Math.min(2 * pause, WAIT_MS.most)) {
    try {
      return await ask();
    } catch (error) {
      if (interrupted.aborted || !(error instanceof CliError) || !isPassingError(error)) throw error;
      if (error.message !== said) call.note(`${error.message}. Trying again every ${WAIT_MS.most / 1_000} s; Ctrl-C stops this`);
      said = error.message;
      await delay(timerMs(pause), undefined, { signal: interrupted });
    }
  }
}

function undefinedIfUnknown(error: unknown): undefined {
  if (!(error instanceof CliError) || error.exitCode !== Exit.auth) throw error;
}
