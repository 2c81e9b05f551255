import { createRunner } from 'jest-light-runner';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { workerChannel } from './worker-channel.mjs';

const LightRunner = createRunner({ runtime: 'child_process' });

// The pool of processes that the runner uses.
const ofRunner = createRequire(import.meta.resolve('jest-light-runner'));
const { default: Tinypool } = await import(pathToFileURL(ofRunner.resolve('tinypool')).href);
const { run } = Tinypool.prototype;
Tinypool.prototype.run = function (file, options) {
  return run.call(this, file, { ...options, channel: workerChannel(this.options.workerData) });
};

/** Two workers at least: for one, the runner takes Jest's own process, and fails at its end when both projects had tests. */
export default class Runner extends LightRunner {
  constructor(globalConfig, ...others) {
    super({ ...globalConfig, maxWorkers: Math.max(2, globalConfig.maxWorkers) }, ...others);
  }
}
