// node bench/agents.mjs [--agents 200] [--seconds 60]
// Remote agents on one API process with its default settings, over HTTP. Measures how long they wait for answers, and
// how long a task of a lost agent waits for another agent. Each agent holds three tasks (the default) and names them
// in every heartbeat.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { ensureBuilt } from '../scripts/build-if-needed.mjs';
import { describeMachine } from './lib/report.mjs';

const { values } = parseArgs({ options: { agents: { type: 'string', default: '200' }, seconds: { type: 'string', default: '60' } } });
const [count, seconds] = [Number(values.agents), Number(values.seconds)];
const HELD = 3;
const connections = new Agent({ keepAlive: true });

await ensureBuilt();
const { startServers } = await import('./lib/servers.mjs');
const { freePort } = await import('../dist/src/platform/database/embedded/free-port.js');
const servers = await startServers({ redis: false });
const folder = mkdtempSync(join(tmpdir(), 'contenthub-bench-agents-'));
const server = await startServer();
const end = async (code) => {
  server.child.kill('SIGKILL');
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
};
process.once('SIGINT', () => void end(130)).once('SIGTERM', () => void end(143));
const { cpu, cores, loadBefore } = describeMachine(servers);
console.log(`${cpu}, ${cores} cores, load before ${loadBefore}; ${count} agents for ${seconds} s on one process with all its roles\n`);
await measure().catch(async (error) => {
  console.error(`✗ ${error.message}`);
  await end(1);
});
await end(0);

async function startServer() {
  const { postgresUrl } = await servers.fresh();
  const port = await freePort();
  writeFileSync(join(folder, 'tasks.yaml'), 'tasks:\n- name: held\n  agent: {}\n- name: passed-on\n  agent: {capabilities: [rare]}\n');
  const settings = {
    DATABASE_URL: postgresUrl,
    DATA_DIR: folder,
    TASKS_FILE: join(folder, 'tasks.yaml'),
    PORT: String(port),
    SEED_EXAMPLE: 'no',
  };
  const child = spawn(process.execPath, ['dist/src/main.js'], {
    env: { PATH: process.env.PATH, LOG_LEVEL: 'error', ...settings },
    stdio: 'ignore',
  });
  const ready = () => call('GET', '/health/ready', undefined, undefined, port).then(({ status }) => status === 200);
  while (!(await ready().catch(() => false))) await delay(100);
  return { child, port, key: readFileSync(join(folder, 'api-key'), 'utf8') };
}

function call(method, path, token, body, port = server.port) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  const began = performance.now();
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, agent: connections, headers }, (response) => {
      let answer = '';
      response.on('data', (chunk) => (answer += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: answer && JSON.parse(answer), ms: performance.now() - began }));
    })
      .once('error', reject)
      .end(text);
  });
}

async function expectOk(answer) {
  const { status, body, ms } = await answer;
  if (status >= 300) throw new Error(`${status} ${JSON.stringify(body)}`);
  return { body, ms };
}

function print(what, times) {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1).padStart(7);
  console.log(`  ${what.padEnd(34)} n ${String(times.length).padStart(6)}   p50 ${at(0.5)} ms   p99 ${at(0.99)} ms   max ${at(1)} ms`);
}

async function measure() {
  const { key } = server;
  for (let n = 0; n < count * HELD; n++) await expectOk(call('POST', '/tasks/held/execute/api', key, {}));
  const registering = [];
  const agents = [];
  for (let n = 0; n < count; n++) {
    const { body, ms } = await expectOk(call('POST', '/agents', key, { name: `bench-${n}`, capabilities: [] }));
    registering.push(ms);
    agents.push(body);
  }
  print('register', registering);
  const leasing = [];
  for (const agent of agents) {
    agent.held = [];
    while (agent.held.length < HELD) {
      const { body, ms } = await expectOk(call('POST', `/agents/${agent.id}/lease`, agent.token, { max: HELD }));
      leasing.push(ms);
      agent.held.push(...body.map(({ taskId, epoch }) => ({ taskId, epoch })));
    }
  }
  print(`lease (up to ${HELD} tasks)`, leasing);
  const beating = [];
  const until = performance.now() + seconds * 1_000;
  const beat = async (agent) => {
    await delay(Math.random() * agent.heartbeatMs);
    while (performance.now() < until) {
      const { body, ms } = await expectOk(call('POST', `/agents/${agent.id}/heartbeat`, agent.token, { running: agent.held }));
      if (body.lost.length > 0) throw new Error(`lost ${body.lost.length} leases`);
      beating.push(ms);
      await delay(agent.heartbeatMs);
    }
  };
  await Promise.all(agents.map(beat));
  print('heartbeat', beating);
  const leaving = [];
  for (const { id, token } of agents) leaving.push((await expectOk(call('DELETE', `/agents/${id}`, token))).ms);
  print('unregister, three tasks given back', leaving);
  await expectOk(call('DELETE', '/tasks/executions/cancel/all', key));
  await measureSilence(key);
}

async function measureSilence(key) {
  const enrol = async (name) => (await expectOk(call('POST', '/agents', key, { name, capabilities: ['rare'] }))).body;
  const [lost, next] = [await enrol('lost'), await enrol('next')];
  await expectOk(call('POST', '/tasks/passed-on/execute/api', key, {}));
  const [lease] = (await expectOk(call('POST', `/agents/${lost.id}/lease`, lost.token, { max: 1 }))).body;
  await expectOk(call('POST', `/agents/${lost.id}/tasks/${lease.taskId}/start`, lost.token, { epoch: lease.epoch }));
  const began = performance.now();
  for (;;) {
    const { body: found } = await expectOk(call('POST', `/agents/${next.id}/lease`, next.token, { max: 1 }));
    if (found.length > 0) break;
  }
  console.log(`  a task of a lost agent was leased by another after ${((performance.now() - began) / 1_000).toFixed(1)} s`);
  const late = await call('POST', `/agents/${lost.id}/tasks/${lease.taskId}/complete`, lost.token, { epoch: lease.epoch });
  console.log(`  its own completion after that: ${late.status} ${late.body.code}`);
}
