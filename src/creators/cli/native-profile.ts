import { CreationError, type CreationErrorCode } from '../creation-error.ts';
import { type CreationRequest, type CreatorHealth, type ExternalStatus, type Submission, USABLE } from '../creator.ts';
import type { ExternalText } from '../external/external-article.ts';
import { incompatible, membersOf, readError, readStatus, readTaskId, readText } from '../external/wire-answers.ts';
import { toWireRequest } from '../external/wire-request.ts';
import type { CliProfile } from './cli-profile.ts';
import { type CliCall, type CliProgram, RESULT_MS, STATUS_MS, SUBMIT_MS } from './cli-program.ts';
import type { CommandAnswer } from './command.ts';

/** What an exit code means without an error on stdout: as in sysexits.h, and those of `contenthub` (cli/exit-code.ts). */
const CODE_OF_EXIT: Readonly<Record<number, CreationErrorCode>> = {
  2: 'invalid_input',
  64: 'invalid_input',
  65: 'invalid_input',
  69: 'transient',
  75: 'transient',
};

/**
 * The contract of ContentHub (docs/creators.md): each command prints one JSON object and nothing else on stdout. `create` gets the request
 * on stdin and the id in `--task-id`; a repeated id starts no second work.
 */
export class NativeProfile implements CliProfile {
  constructor(private readonly program: CliProgram) {}

  async probe(signal: AbortSignal): Promise<CreatorHealth> {
    const { exitCode, stderr } = await this.program.run({ args: ['--version'], timeoutMs: STATUS_MS, signal });
    if (exitCode === 0) return USABLE;
    return { usable: false, code: 'unreachable', detail: `--version ended with exit code ${exitCode}: ${lastLine(stderr)}` };
  }

  async submit(request: CreationRequest, { key }: Submission, signal: AbortSignal): Promise<string> {
    const args = ['create', '--mode=async', '--json', `--task-id=${key}`];
    const { members, raw } = await this.json({ args, stdin: JSON.stringify(toWireRequest(request)), timeoutMs: SUBMIT_MS, signal });
    return readTaskId(members, raw);
  }

  async status(externalId: string, signal: AbortSignal): Promise<ExternalStatus> {
    const { members, raw } = await this.json({ args: ['status', `--task-id=${externalId}`, '--json'], timeoutMs: STATUS_MS, signal });
    return readStatus(members, raw);
  }

  async result(externalId: string, signal: AbortSignal): Promise<ExternalText> {
    const { members, raw } = await this.json({ args: ['result', `--task-id=${externalId}`, '--json'], timeoutMs: RESULT_MS, signal });
    return readText(members, raw);
  }

  async cancel(externalId: string, signal: AbortSignal): Promise<boolean> {
    const { members } = await this.json({ args: ['cancel', `--task-id=${externalId}`, '--json'], timeoutMs: STATUS_MS, signal });
    return members['cancelled'] === true;
  }

  private async json(call: CliCall): Promise<{ members: Readonly<Record<string, unknown>>; raw: string }> {
    const answer = await this.program.run(call);
    const raw = answer.stdout;
    const members = membersOf(parsed(raw));
    if (answer.exitCode !== 0) throw failureOf(answer, members);
    if (members === null) throw incompatible(`\`${call.args[0]}\` did not print one JSON object`, raw);
    return { members, raw };
  }
}

function failureOf({ exitCode, stderr }: CommandAnswer, members: Readonly<Record<string, unknown>> | null): CreationError {
  if (members?.['error'] !== undefined) return readError(members['error'], 'failed');
  const why = lastLine(stderr);
  return new CreationError(
    CODE_OF_EXIT[exitCode] ?? 'incompatible',
    `The program ended with exit code ${exitCode}${why === '' ? ' and no message' : `: ${why}`}`,
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim().slice(0, 500) ?? '';
}
