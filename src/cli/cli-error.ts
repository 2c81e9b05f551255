import type { Problem as ProblemOfServer } from './api-types.ts';
import { Exit, type ExitCode } from './exit-code.ts';

/** An RFC 9457 problem. `status` is absent for errors of the CLI itself, and a proxy may leave out more. */
export type Problem = Pick<ProblemOfServer, 'type' | 'title'> &
  Partial<Pick<ProblemOfServer, 'status' | 'detail' | 'code' | 'retryable'>> & {
    readonly errors?: readonly Partial<ProblemOfServer['errors'][number]>[];
  };

/** A failed command: its exit code, what happened, and `next`, the command to try. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    readonly code: string,
    message: string,
    readonly next: string | null,
    readonly problem?: Problem,
  ) {
    super(message);
  }
}

export function usageError(message: string, next: string): CliError {
  return new CliError(Exit.usage, 'usage', message, next);
}
