import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AgentTaskHandler } from '../../src/tasks/definitions/agent-task.handler.ts';
import { startCli } from '../cli/run-cli.ts';
import { type TestApplication, startApplication } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

interface Execution {
  status: string;
  attempt: number;
  result: unknown;
  error: { class: string; code: string; message: string } | null;
}

const handle = () => new AgentTaskHandler().handle();
const backoff = { baseMs: 1, maxMs: 1 };

let server: TestApplication;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'contenthub-agents-'));
  server = await startApplication({
    handlers: [
      { name: 'count-words', runBy: 'agents', capabilities: ['words'], backoff, handle },
      { name: 'run-program', runBy: 'agents', capabilities: ['programs'], backoff, timeoutMs: 60_000, handle },
      { name: 'run-short', runBy: 'agents', capabilities: ['programs'], maxAttempts: 1, timeoutMs: 8_000, handle },
    ],
    // The agent in shell starts Python to read a lease, which takes a second on a busy machine. A lease that it does not list for a beat is released.
    settings: { LEASE_BEAT_MS: '5000', LEASE_TTL_MS: '30000' },
  });
});
afterEach(async () => {
  for (const child of running.splice(0)) process.kill(-(child.pid as number), 'SIGKILL');
  for (const name of ['count-words', 'run-program', 'run-short']) {
    await server.http('DELETE', '/tasks/executions/cancel/by-task-names', { taskNames: [name] });
  }
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function submit(name: string, params: object): Promise<string> {
  const { body } = await server.http<{ executionId: string }>('POST', `/tasks/${name}/execute/api`, { params });
  return body.executionId;
}

const ended = (id: string) =>
  waitFor(
    async () => {
      const { body } = await server.http<Execution>('GET', `/executions/${id}`);
      return ['completed', 'failed', 'timeout', 'cancelled'].includes(body.status) && body;
    },
    { what: `the end of ${id}` },
  );

const lines = async (id: string) => {
  const { body } = await server.http<{ items: { message: string }[] }>('GET', `/executions/${id}/logs`);
  return body.items.map(({ message }) => message);
};

function script(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

describe('the example in', () => {
  const example = (command: string, args: string[], capabilities: string) => {
    const env = { PATH: process.env.PATH, CONTENTHUB_URL: server.url, CONTENTHUB_KEY: server.key, CAPABILITIES: capabilities };
    const child = spawn(command, args, { env, detached: true, stdio: ['ignore', 'inherit', 'inherit'] });
    running.push(child);
  };

  it('Python runs tasks, logs, and reports errors', async () => {
    const [good, bad] = [await submit('count-words', { text: 'one two three' }), await submit('count-words', { txt: '' })];
    example('python3', ['examples/agents/agent.py'], 'words');
    expect(await ended(good)).toMatchObject({ status: 'completed', result: { words: 3 } });
    expect(await lines(good)).toEqual(['running count-words']);
    expect(await ended(bad)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'invalid_input', message: 'there is no text' },
    });
  });

  it('shell reports that the server rejected a result', async () => {
    const odd = script('odd', `#!/bin/sh\ncat >/dev/null; printf '"\\\\u0000"'`);
    const [first, second] = [await submit('count-words', {}), await submit('count-words', {})];
    example('sh', ['examples/agents/agent.sh', odd], '"words"');
    for (const id of [first, second])
      expect(await ended(id)).toMatchObject({ status: 'failed', attempt: 1, error: { class: 'invalid_output' } });
  });

  it('Python reports that the server rejected a result', async () => {
    const file = script(
      'odd.py',
      readFileSync('examples/agents/agent.py', 'utf8').replace('return {"words"', 'return "\\0"\n    return {"words"'),
    );
    const id = await submit('count-words', { text: 'x' });
    example('python3', [file], 'words');
    expect(await ended(id)).toMatchObject({ status: 'failed', attempt: 1, error: { class: 'invalid_output' } });
  });

  it('shell runs a program for each task', async () => {
    const count = script('count', `#!/bin/sh\npython3 -c 'import json,sys; print(len(json.load(sys.stdin)["text"].split()))' 2>/dev/null`);
    const [good, bad] = [await submit('count-words', { text: 'one two three' }), await submit('count-words', {})];
    example('sh', ['examples/agents/agent.sh', count], '"words"');
    expect(await ended(good)).toMatchObject({ status: 'completed', result: 3 });
    expect(await ended(bad)).toMatchObject({ status: 'failed', attempt: 3, error: { class: 'internal', message: 'exit code 1' } });
  });
});

describe('contenthub agent', () => {
  /** Does what the params say. */
  const program = () =>
    script(
      'program',
      `#!/usr/bin/env python3
import json, os, signal, subprocess, sys
params, env = json.load(sys.stdin), os.environ
print("attempt", env["CONTENTHUB_TASK_ATTEMPT"], "of", env["CONTENTHUB_TASK_NAME"], file=sys.stderr)
if "APP_TOKEN" in env: print("it knows the key of the operator", file=sys.stderr)
def leave(*_):
    print(params.get("onTerm", ""), flush=True)
    os._exit(0)
if "onTerm" in params: signal.signal(signal.SIGTERM, leave)
if "touch" in params:
    child = subprocess.Popen(["sleep", "60"])
    with open(params["touch"] + ".new", "w") as file: file.write(str(child.pid))
    os.rename(params["touch"] + ".new", params["touch"])
    child.wait()
if "failOnce" in params and env["CONTENTHUB_TASK_ATTEMPT"] == "1": sys.exit(75)
print(params.get("say", ""))
sys.exit(params.get("exit", 0))`,
    );

  const start = (args: string[], token = server.key) =>
    startCli(['agent', '--capabilities', 'programs', '--concurrency', '2', '--exec', program(), '--server', server.url, ...args], {
      env: { PATH: process.env.PATH ?? '', APP_TOKEN: token },
      cwd: folder,
    });

  it('runs a program for each task, and unregisters on SIGTERM', async () => {
    const ids = {
      done: await submit('run-program', { say: '{"answer": 42}' }),
      nothing: await submit('run-program', {}),
      retried: await submit('run-program', { failOnce: 1, say: '"second"' }),
      wrong: await submit('run-program', { exit: 65 }),
      broken: await submit('run-program', { exit: 3 }),
      text: await submit('run-program', { say: 'no JSON' }),
      changed: await submit('run-program', { say: '{"id": 7615917337495251231}' }),
    };
    const { exit, stderr, interrupt } = start(['--name', 'programs-1']);
    expect(await ended(ids.done)).toMatchObject({ status: 'completed', result: { answer: 42 } });
    expect(await lines(ids.done)).toEqual(['attempt 1 of run-program']);
    expect(await ended(ids.changed)).toMatchObject({
      status: 'failed',
      error: {
        class: 'invalid_output',
        code: 'unsafe_integer',
        message: expect.stringMatching(/^the value at \/id of stdout is an integer beyond/),
      },
    });
    expect(await ended(ids.nothing)).toMatchObject({ status: 'completed', result: null });
    expect(await ended(ids.retried)).toMatchObject({ status: 'completed', attempt: 2, result: 'second' });
    expect(await ended(ids.wrong)).toMatchObject({ status: 'failed', attempt: 1, error: { class: 'invalid_input', code: 'exit_65' } });
    expect(await ended(ids.broken)).toMatchObject({ status: 'failed', attempt: 3, error: { class: 'internal', code: 'exit_3' } });
    expect(await ended(ids.text)).toMatchObject({
      status: 'failed',
      attempt: 1,
      error: { class: 'invalid_output', code: 'result_not_json' },
    });
    interrupt();
    expect(await exit).toBe(0);
    expect(stderr.text).toContain(`run-program ${ids.done}: completed`);
    expect((await server.http<{ items: [] }>('GET', '/agents?kind=remote&capability=programs')).body.items).toEqual([]);
  });

  it('ends the program and its descendants when its task is cancelled or its time limit is reached', async () => {
    const { exit, interrupt } = start(['--name', 'programs-2']);
    const [cancelled, late] = [join(folder, 'cancelled'), join(folder, 'late')];
    const ids = [await submit('run-program', { touch: cancelled }), await submit('run-short', { touch: late })];
    const grandchild = (file: string) =>
      waitFor(async () => existsSync(file) && Number(readFileSync(file, 'utf8')), { what: `the program of ${file}` });
    const gone = (pid: number) => waitFor(async () => !isAlive(pid), { what: `the end of process ${pid}` });
    const pid = await grandchild(cancelled);
    await server.http('DELETE', '/tasks/executions/cancel/by-ids', { executionIds: [ids[0]] });
    await gone(pid);
    expect(await ended(ids[1] as string)).toMatchObject({ status: 'timeout', error: { code: 'attempt_timeout' } });
    await gone(await grandchild(late));
    interrupt();
    expect(await exit).toBe(0);
  });

  it('releases a task that does not end within --drain', async () => {
    const { exit, interrupt } = start(['--name', 'programs-3', '--drain', '200ms']);
    const file = join(folder, 'released');
    const id = await submit('run-program', { touch: file });
    await waitFor(async () => existsSync(file), { what: 'the program' });
    interrupt();
    expect(await exit).toBe(0);
    const { body } = await server.http<{ items: { reason: string; actor: object }[] }>('GET', `/executions/${id}/audit`);
    expect(body.items.at(-1)).toMatchObject({ reason: 'release', actor: { type: 'agent', id: expect.any(String), name: 'programs-3' } });
    expect((await server.http<Execution>('GET', `/executions/${id}`)).body).toMatchObject({ status: 'submitted', attempt: 0 });
  });

  it.each([
    { onTerm: '', end: { status: 'submitted', attempt: 0, result: null }, reason: 'release' },
    { onTerm: '{"half', end: { status: 'submitted', attempt: 0, result: null }, reason: 'release' },
    { onTerm: '{"whole": true}', end: { status: 'completed', attempt: 1, result: { whole: true } }, reason: 'complete' },
  ])('on a drain, a program that exits with 0 on SIGTERM and prints “$onTerm”: $reason', async ({ onTerm, end, reason }) => {
    const { exit, interrupt } = start(['--name', 'programs-6', '--drain', '200ms']);
    const file = join(folder, `term-${onTerm.length}`);
    const id = await submit('run-program', { touch: file, onTerm });
    await waitFor(async () => existsSync(file), { what: 'the program' });
    interrupt();
    expect(await exit).toBe(0);
    const { body } = await server.http<{ items: { reason: string }[] }>('GET', `/executions/${id}/audit`);
    expect(body.items.at(-1)).toMatchObject({ reason });
    expect((await server.http<Execution>('GET', `/executions/${id}`)).body).toMatchObject(end);
  });

  it('restarts with its own token', async () => {
    const args = ['--name', 'programs-4', '--token-file', 'own/token'];
    const first = start(args);
    await first.stderr.until('waits for tasks');
    first.interrupt();
    expect(await first.exit).toBe(0);
    const file = join(folder, 'own/token');
    expect([statSync(file).mode & 0o777, readFileSync(file, 'utf8')]).toEqual([0o600, expect.stringMatching(/^ca_live_\w+\n$/)]);
    const again = start(args, 'no-key-of-an-operator');
    await again.stderr.until('waits for tasks');
    const { body } = await server.http<{ items: { name: string }[] }>('GET', '/agents?kind=remote&status=online');
    expect(body.items.map(({ name }) => name)).toContain('programs-4');
    again.interrupt();
    expect(await again.exit).toBe(0);
  });

  it.each([
    [['--exec', './missing'], 2, 'does not exist or is not executable'],
    [[], 2, 'An agent needs a program'],
  ])('explains what is wrong with %j', async (args, code, message) => {
    const { exit, stderr } = startCli(['agent', '--server', server.url, ...args], { env: { APP_TOKEN: server.key }, cwd: folder });
    expect(await exit).toBe(code);
    expect(stderr.text).toContain(message);
  });

  it('ends when its name registers elsewhere', async () => {
    const { exit, stderr } = start(['--name', 'programs-5']);
    await stderr.until('waits for tasks');
    await server.http('POST', '/agents', { name: 'programs-5', capabilities: [] });
    expect(await exit).toBe(4);
  });
});

describe('contenthub agent list, show, drain, resume, remove and worker list', () => {
  it('show what operators need', async () => {
    const cli = async (...args: string[]) => {
      const { exit, stdout, stderr } = startCli([...args, '--server', server.url], { env: { APP_TOKEN: server.key }, cwd: folder });
      return { code: await exit, out: stdout.text, err: stderr.text };
    };
    await server.http('POST', '/agents', { name: 'listed', capabilities: ['gpu', 'llm'] });
    expect((await cli('agent', 'list', '--capability', 'gpu', '-o', 'csv', '--columns', 'name,status,maxConcurrency')).out).toBe(
      'name,status,maxConcurrency\r\nlisted,online,3\r\n',
    );
    expect(JSON.parse((await cli('agent', 'drain', 'listed', '-o', 'json')).out)).toMatchObject({ name: 'listed', status: 'draining' });
    expect(JSON.parse((await cli('agent', 'resume', 'listed', '-o', 'json')).out)).toMatchObject({ status: 'online' });
    expect((await cli('agent', 'show', 'listed')).out).toContain('listed');
    expect((await cli('worker', 'list', '-o', 'csv', '--columns', 'kind,name')).out).toContain(`process,${hostname()}:${process.pid}:`);
    expect((await cli('agent', 'remove', 'listed')).code).toBe(2);
    expect((await cli('agent', 'remove', 'listed', '--yes', '-o', 'csv', '--columns', 'released')).out).toBe('released\r\n0\r\n');
    expect(await cli('agent', 'show', 'listed')).toMatchObject({ code: 3, err: expect.stringContaining('contenthub agent list') });
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}
