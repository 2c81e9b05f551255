import type { Answer } from './api-types.ts';
import { CliError, type Problem } from './cli-error.ts';
import type { Connection } from './connection.ts';
import { Exit, type ExitCode } from './exit-code.ts';

const EXIT_BY_STATUS: Readonly<Record<number, ExitCode>> = {
  400: Exit.usage,
  401: Exit.auth,
  403: Exit.auth,
  404: Exit.notFound,
  409: Exit.conflict,
  410: Exit.notFound,
  412: Exit.conflict,
  413: Exit.usage,
  422: Exit.usage,
  428: Exit.conflict,
};

const NEXT_BY_EXIT: Partial<Record<ExitCode, string>> = {
  [Exit.usage]: 'contenthub --help',
  [Exit.notFound]: 'contenthub task list',
  [Exit.conflict]: 'contenthub task list',
};

const NEXT_BY_CODE: Readonly<Record<string, string>> = {
  unknown_queue: 'contenthub queue list',
  account_not_found: 'contenthub account list',
  content_not_found: 'contenthub content list',
};

/** Converts an error answer. A reused idempotency key with another body has status 422, but is a conflict. */
export function answerError(answer: Answer, connection: Connection): CliError {
  const problem = parseProblem(answer);
  if (!problem && answer.status < 500 && answer.status !== 401 && answer.status !== 403) return unexpectedAnswer(answer, connection);
  const { title, detail, code = `http_${answer.status}` }: Partial<Problem> = problem ?? { title: `The server answered ${answer.status}` };
  const exitCode = code.startsWith('idempotency') ? Exit.conflict : (EXIT_BY_STATUS[answer.status] ?? Exit.failed);
  const message =
    answer.status === 401 && !connection.token ? 'The server requires an API key and none was found' : (title ?? detail ?? code);
  return new CliError(
    exitCode,
    code,
    message,
    NEXT_BY_CODE[code] ?? NEXT_BY_EXIT[exitCode] ?? 'contenthub doctor',
    problem ?? { type: 'about:blank', title: message, status: answer.status },
  );
}

/** Another program answers at this address: it uses the same port, or is a proxy. */
export function unexpectedAnswer(answer: Answer, { server, serverFrom }: Connection): CliError {
  const kind = answer.contentType.split(';')[0] || 'no content type';
  const message = `${server} (from ${serverFrom}) answered ${answer.status} with ${kind}: this does not look like ContentHub`;
  return new CliError(Exit.failed, 'unexpected_answer', message, 'contenthub doctor');
}

/** The API key is not sent there, and the request was not processed. */
export function redirectedElsewhere({ server, serverFrom }: Connection, location: string): CliError {
  const message = `${server} (from ${serverFrom}) redirects to ${location}, another server, which does not get the API key`;
  return new CliError(Exit.failed, 'redirected', message, 'name the new address with --server or CONTENTHUB_URL');
}

export function unreachable({ server, serverFrom }: Connection, reason: unknown): CliError {
  const message = `The server at ${server} (from ${serverFrom}) cannot be reached: ${reasonText(reason)}`;
  return new CliError(Exit.unreachable, 'unreachable', message, 'contenthub serve   (starts it; contenthub doctor runs checks)');
}

function parseProblem({ contentType, text }: Answer): Problem | undefined {
  if (!/^application\/(problem\+)?json\b/.test(contentType)) return undefined;
  try {
    const body = JSON.parse(text) as Problem | null;
    return typeof body?.title === 'string' ? body : undefined;
  } catch {
    return undefined;
  }
}

/** fetch puts the reason into `cause`. A host name with several addresses gives an AggregateError inside it. */
function reasonText(reason: unknown): string {
  const { name, message, cause, errors } = reason as { name?: string; message?: string; cause?: unknown; errors?: readonly unknown[] };
  if (name === 'TimeoutError') return 'no answer in time';
  const inner = errors?.[0] ?? cause;
  return inner === undefined ? (message ?? String(reason)) : reasonText(inner);
}
