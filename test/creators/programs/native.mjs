#!/usr/bin/env node
// A creator program that speaks the native contract. Its folder has one file for each task, and TROUBLE names what goes wrong.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';

const [command, ...rest] = process.argv.slice(2);
const option = (name) => rest.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);
const id = option('task-id');
const file = `data/${id}.json`;
const print = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const fail = (code, error) => {
  print({ error });
  process.exit(code);
};
appendFileSync('data/calls.log', `${JSON.stringify(process.argv.slice(2))}\n`);

switch (process.env.TROUBLE) {
  case 'endless': {
    // Not in a loop: what does not fit into the pipe at once is written by the event loop.
    const writeMore = () => process.stdout.write('x'.repeat(65_536), writeMore);
    writeMore();
    await new Promise(() => setInterval(() => undefined, 1000));
    break;
  }
  case 'deaf': {
    // ignores SIGTERM, and so does its child
    process.on('SIGTERM', () => undefined);
    const code = "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000)";
    const child = spawn(process.execPath, ['-e', code], { stdio: 'inherit' });
    writeFileSync('data/pids', `${process.pid} ${child.pid}`);
    process.stdout.destroy();
    await new Promise(() => setInterval(() => undefined, 1000));
    break;
  }
  case 'environment':
    print({ taskId: Object.keys(process.env).sort().join(',') });
    process.exit(0);
  case 'silent':
    process.exit(0);
  case 'noise':
    process.stdout.write('\u001b[32mready\u001b[0m {"level":50}\n');
    process.exit(0);
  case 'usage':
    process.stderr.write('unknown section\n');
    process.exit(64);
  case 'busy':
    fail(75, { code: 'rate_limited', message: 'too many', retryAfterMs: 90_000 });
  case 'crash':
    process.kill(process.pid, 'SIGKILL');
}

switch (command) {
  case '--version':
    console.log('1.0.0');
    break;
  case 'create': {
    const request = JSON.parse(readFileSync(0, 'utf8'));
    if (!existsSync(file)) writeFileSync(file, JSON.stringify(request), { flag: 'wx' });
    print({ taskId: id, status: 'pending' });
    if (process.env.TROUBLE === 'late') setInterval(() => undefined, 1000);
    break;
  }
  case 'status':
    if (!existsSync(file)) fail(1, { code: 'incompatible', message: `there is no task ${id}` });
    print({ taskId: id, status: 'completed', progress: 100, step: 'package' });
    break;
  case 'result': {
    const { topic } = JSON.parse(readFileSync(file, 'utf8'));
    print({ title: `On ${topic}`, content: `# On ${topic}\n\nStorage keeps the power of noon for the evening.`, warnings: ['short'] });
    break;
  }
  case 'cancel':
    print({ cancelled: true });
    break;
}
