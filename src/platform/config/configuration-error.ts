/** EX_CONFIG of sysexits.h: something was configured wrongly, so the same start will fail again. */
export const EXIT_CONFIGURATION = 78;

/** What the operator has written (settings, files they name) cannot be used. The start is refused; a restart would not help. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
  readonly exitCode = EXIT_CONFIGURATION;
}
