/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['src/core/**/*.ts', '!src/core/**/*.spec.ts'],
  // A string is a member of a union, which the compiler checks, or a text for readers, which a test would only repeat.
  mutator: { excludedMutations: ['StringLiteral'] },
  plugins: [new URL('runner-plugin.mjs', import.meta.url).pathname],
  testRunner: 'contenthub',
  coverageAnalysis: 'perTest',
  // The runner evaluates the modules anew for each mutant, and Node keeps every module that it has evaluated.
  maxTestRunnerReuse: 300,
  concurrency: 2,
  timeoutMS: 5_000,
  disableTypeChecks: false,
  ignorePatterns: ['/*', '!/src', '!/test', '/test/*', '!/test/support', '!/test/stryker', '!/docs', '!/migrations', '!/package.json'],
  tempDirName: '.build/stryker',
  reporters: ['clear-text', 'json'],
  clearTextReporter: { allowColor: false, reportTests: false, reportScoreTable: true, skipFull: true },
  jsonReporter: { fileName: '.build/stryker-report.json' },
  allowEmpty: true,
  thresholds: { high: 100, low: 100, break: null },
};
