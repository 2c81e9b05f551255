/** EX_CONFIG of sysexits.h: the configuration is invalid, so the same start would fail again. */
export const EXIT_CONFIGURATION = 78;

/** Settings of the operator, or files that they name, are invalid. Prevents the start; a restart would not help. */
export class ConfigurationError extends Error {
  override readonly name: string = 'ConfigurationError';
  readonly exitCode = EXIT_CONFIGURATION;
}
