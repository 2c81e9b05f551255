// The processes of a cell. A worker that ends is started again, as a service manager does.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { now } from './ledger.mjs';

const SCRIPT = {
  worker: fileURLToPath(new URL('worker.mjs', import.meta.url)),
  producer: fileURLToPath(new URL('producer.mjs', import.meta.url)),
};
const RESTART_MS = 100;
const READY_MS = 60_000;

/** @param plan name, postgresUrl, folder, rate @param execArgv of the processes */
export class Processes {
  /** Times that a worker ended without being killed. */
  endedByItself = 0;
  #plan;
  #execArgv;
  #log;
  #worker;
  #producer;
  #stopped = false;
  #killed = new WeakSet();

  constructor(plan, execArgv) {
    this.#plan = plan;
    this.#execArgv = execArgv;
    this.#log = openSync(join(plan.folder, 'log'), 'a');
  }

  async start() {
    this.#startWorker();
    await ready(this.#worker);
    this.#producer = this.#fork('producer');
    await ready(this.#producer);
  }

  produce() {
    this.#producer.send('go');
  }

  /** Resolves when the last calls have been answered. Throws when the producer has ended before. */
  async stopProducing() {
    if (this.#producer.exitCode !== null || this.#producer.signalCode !== null) throw new Error('the producer ended too early');
    const exit = once(this.#producer, 'exit');
    this.#producer.send('stop');
    await exit;
  }

  /** @returns {{at: number, back: number}} the time of the kill, twice: only a new process can start a task after it */
  killWorker() {
    this.#killed.add(this.#worker);
    this.#worker.kill('SIGKILL');
    const at = now();
    return { at, back: at };
  }

  async stop() {
    if (this.#stopped) return;
    this.#stopped = true;
    const all = [this.#producer, this.#worker].filter(
      (child) => child !== undefined && child.exitCode === null && child.signalCode === null,
    );
    const exits = all.map((child) => once(child, 'exit'));
    for (const child of all) child.kill('SIGKILL');
    await Promise.all(exits);
    closeSync(this.#log);
  }

  #startWorker() {
    const worker = this.#fork('worker');
    this.#worker = worker;
    worker.once('exit', () => {
      if (this.#stopped) return;
      if (!this.#killed.has(worker)) this.endedByItself++;
      setTimeout(() => {
        if (!this.#stopped) this.#startWorker();
      }, RESTART_MS);
    });
  }

  #fork(kind) {
    const env = { ...process.env, NODE_COMPILE_CACHE: join(this.#plan.folder, 'compile-cache') };
    const options = { env, execArgv: this.#execArgv, stdio: ['ignore', this.#log, this.#log, 'ipc'] };
    return fork(SCRIPT[kind], [JSON.stringify(this.#plan)], options);
  }
}

async function ready(child) {
  const abort = new AbortController();
  try {
    const ended = once(child, 'exit', abort).then(([code]) =>
      Promise.reject(new Error(`a process ended with ${code} before it was ready`)),
    );
    const late = delay(READY_MS, undefined, abort).then(() => Promise.reject(new Error('a process was not ready in time')));
    await Promise.race([once(child, 'message', abort), ended, late]);
  } finally {
    abort.abort();
  }
}
