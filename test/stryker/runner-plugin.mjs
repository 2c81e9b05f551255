import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import { determineHitLimitReached, DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner';
import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';

const context = (globalThis.__stryker__ ??= {});

/**
 * The file beside the mutated one comes first: it is the most likely one to fail.
 * @returns {(a: string, b: string) => number}
 */
function nearestFirst(mutated) {
  const distance = (spec) => {
    if (spec === mutated.replace(/\.ts$/, '.spec.ts')) return 0;
    return dirname(spec) === dirname(mutated) ? 1 : 2;
  };
  return (a, b) => distance(a) - distance(b);
}

/** Runs the specs of src/core in the process that Stryker starts in its copy of the tree. One spec file counts as one test. */
class SpecRunner {
  capabilities() {
    return { reloadEnvironment: true };
  }

  async init() {
    const specs = pathToFileURL(`${process.cwd()}/test/stryker/run-spec.mjs`);
    ({ runSpec: this.runSpec } = await import(specs.href));
    this.files = globSync('src/core/**/*.spec.ts').map((file) => file.replaceAll('\\', '/'));
  }

  async dryRun() {
    const tests = [];
    await this.runSpec(this.files[0]); // loads the packages, which must not count as time of the first file
    context.mutantCoverage = { static: {}, perTest: {} };
    for (const file of this.files) {
      context.currentTestId = file;
      const start = performance.now();
      const failureMessage = await this.runSpec(file);
      const test = { id: file, name: file, fileName: file, timeSpentMs: performance.now() - start };
      tests.push(
        failureMessage === null ? { ...test, status: TestStatus.Success } : { ...test, status: TestStatus.Failed, failureMessage },
      );
    }
    return { status: DryRunStatus.Complete, tests, mutantCoverage: context.mutantCoverage };
  }

  async mutantRun({ activeMutant, testFilter = this.files, hitLimit }) {
    Object.assign(context, { activeMutant: activeMutant.id, hitCount: hitLimit === undefined ? undefined : 0, hitLimit });
    const mutated = activeMutant.fileName.slice(activeMutant.fileName.lastIndexOf('src/core/'));
    let nrOfTests = 0;
    for (const file of testFilter.toSorted(nearestFirst(mutated))) {
      nrOfTests++;
      const failureMessage = await this.runSpec(file);
      const timeout = determineHitLimitReached(context.hitCount, hitLimit);
      if (timeout !== undefined) return timeout;
      if (failureMessage !== null) return { status: MutantRunStatus.Killed, killedBy: [file], failureMessage, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }
}

const createSpecRunner = () => new SpecRunner();
createSpecRunner.inject = [];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'contenthub', createSpecRunner)];
