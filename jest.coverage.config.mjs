// npm run test:coverage: Jest's own runner, which can count what runs. The counting by V8 would include every package.
import config from './jest.config.mjs';
import { SWC_OPTIONS } from './test/support/runner/swc-options.mjs';

export default {
  ...config,
  workerIdleMemoryLimit: '512MB', // 22 files in one process grew to 660 MB
  testTimeout: 180_000,
  collectCoverage: true,
  coverageProvider: 'babel',
  coverageReporters: ['text-summary', 'json-summary', 'lcovonly'],
  // The code of threads and of the supervisor runs in processes of its own, which nothing here can instrument.
  collectCoverageFrom: ['<rootDir>/src/**/*.ts', '!**/*.spec.ts', '!**/*.thread.ts'],
  coverageThreshold: { global: { lines: 80 } },
  projects: config.projects.map(({ runner: _native, ...project }) => ({
    ...project,
    transform: { '^.+\\.ts$': ['@swc/jest', SWC_OPTIONS] },
    setupFiles: ['<rootDir>/test/support/runner/coverage-setup.mjs'],
  })),
};
