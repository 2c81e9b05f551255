import { Exit, type ExitCode } from './exit-code.ts';

/** An RFC 9457 problem of the server. `status` is absent for errors of the CLI itself. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status?: number;
  readonly detail?: string;
  readonly code?: string;
  readonly retryable?: boolean;
  readonly errors?: readonly { readonly pointer?: string; readonly code?: string; readonly detail?: string }[];
}

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
