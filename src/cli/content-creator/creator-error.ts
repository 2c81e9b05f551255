import type { CliError } from '../cli-error.ts';
import { reportError } from '../error-report.ts';
import { Exit, type ExitCode } from '../exit-code.ts';
import { singleLine } from '../output/plain-text.ts';
import { type Terminal, translated, withProgramName } from '../terminal.ts';

/** The error codes of the native contract (docs/creators.md). The first three mean that a repetition may succeed. */
const CODES = new Set([
  'transient',
  'rate_limited',
  'timeout',
  'invalid_input',
  'insufficient_material',
  'rejected_content',
  'budget_exceeded',
  'incompatible',
  'unknown_outcome',
]);
const CODE_OF_CLASS: Readonly<Record<string, string>> = { rejected: 'rejected_content', crashed: 'transient', internal: 'transient' };
const CODE_OF_EXIT: Partial<Record<ExitCode, string>> = {
  [Exit.usage]: 'invalid_input',
  [Exit.conflict]: 'invalid_input',
  [Exit.notFound]: 'incompatible',
  [Exit.auth]: 'incompatible',
  [Exit.configuration]: 'incompatible',
};

/** With --json the error is an object on stdout, as the native contract asks. Otherwise it is a line as of the public tool on stderr. */
export function reportCreatorError(error: unknown, terminal: Terminal, { json, help }: { json: boolean; help: string }): ExitCode {
  return reportError(error, terminal, { json, help }, (end) => {
    if (json) terminal.stdout.write(`${JSON.stringify({ error: errorOf(end), exitCode: end.exitCode, next: end.next })}\n`);
    else terminal.stderr.write(withProgramName(linesOf(end, terminal), terminal));
  });
}

/** The code of the contract for the failure of a task. */
export function codeOfFailure({ class: failureClass, code }: { class: string; code: string }): string {
  if (CODES.has(code)) return code;
  return CODE_OF_CLASS[failureClass] ?? (CODES.has(failureClass) ? failureClass : 'incompatible');
}

function errorOf({ exitCode, code, message, problem }: CliError): object {
  const known = CODES.has(code) ? code : problem?.status === 429 ? 'rate_limited' : (CODE_OF_EXIT[exitCode] ?? 'transient');
  const details = problem?.errors?.flatMap(({ pointer = '', detail }) => (detail === undefined ? [] : `${pointer} ${detail}`.trim())) ?? [];
  return { code: known, message: [message, ...details].join('; '), reason: code };
}

function linesOf({ exitCode, message: english, next, problem }: CliError, terminal: Terminal): string {
  const message = translated(english, terminal);
  if (exitCode === Exit.interrupted) return `${message}\n`;
  const details = problem?.errors?.map(({ pointer = '', detail = '' }) => `   ${singleLine(`${pointer} ${detail}`)}\n`) ?? [];
  return `❌ 错误: ${singleLine(message)}\n${details.join('')}${next === null ? '' : `${translated(`Next: ${next}`, terminal)}\n`}`;
}
