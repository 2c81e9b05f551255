import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const RUNNER = fileURLToPath(new URL('../runner.mjs', import.meta.url));
/** Unless the plan has `limitMs`. */
const ROUND_MS = 180_000;

/**
 * Runs one round in a new process.
 * @param plan the runner's arguments: name, part, count, slots, limitMs, and the addresses of the servers
 * @param servers cpuMicros() and settle() of the servers
 * @returns {Promise<{configuration: string, result: object}>} result: the measurement of the part, nodeMicros,
 * serverMicros
 */
export function runRound(plan, execArgv, servers) {
  const child = fork(RUNNER, [JSON.stringify(plan)], { execArgv });
  return new Promise((resolve, reject) => {
    let configuration;
    let before;
    let result;
    let failure;
    const { limitMs = ROUND_MS } = plan;
    const timer = setTimeout(() => {
      failure = `not done within ${limitMs / 1_000} s`;
      child.kill('SIGKILL');
    }, limitMs);
    const answer = {
      async ready(message) {
        configuration = message.configuration;
        await servers.settle();
        before = servers.cpuMicros();
        child.send('go');
      },
      measured(message) {
        const after = servers.cpuMicros();
        result = { ...message.result, serverMicros: after - before };
        child.send('end');
      },
      failed({ reason }) {
        failure = reason;
      },
    };
    child.on('message', (message) => {
      Promise.resolve(answer[message.type](message)).catch((error) => {
        failure = String(error);
        child.kill('SIGKILL');
      });
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (failure === undefined && result !== undefined && code === 0) resolve({ configuration, result });
      else reject(new Error(failure ?? `its process ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}
