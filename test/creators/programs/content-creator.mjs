#!/usr/bin/env node
// Behaves as the public tool llm-content-creator 0.2.0 was seen to: its refusals, its banner, its log lines and its state in a file.
import { randomUUID } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';

if (!existsSync('data')) process.exit(1);
for (const name of ['LLM_API_KEY', 'LLM_BASE_URL', 'TAVILY_API_KEY', 'ARK_API_KEY']) if (!process.env[name]) process.exit(1);

const [command, ...rest] = process.argv.slice(2);
const KNOWN = {
  create: ['type', 'mode', 'topic', 'requirements', 'audience', 'keywords', 'tone', 'min-words', 'max-words', 'priority'],
  status: ['task-id'],
  list: ['json', 'limit', 'offset', 'status', 'mode'],
  result: ['task-id', 'format'],
};
const options = Object.fromEntries(rest.map((each) => /^--([a-z-]+)(?:=([\s\S]*))?$/.exec(each)?.slice(1) ?? [each, '']));
appendFileSync('data/calls.log', `${JSON.stringify(process.argv.slice(2))}\n`);
const trouble = process.env.TROUBLE || (existsSync('data/trouble') ? readFileSync('data/trouble', 'utf8') : '');
const print = (...lines) => process.stdout.write(`${lines.join('\n')}\n`);
const refuse = (text) => {
  process.stderr.write(`${text}\n`);
  process.exit(1);
};

if (command === '--version') {
  print('0.1.0');
  process.exit(0);
}
const odd = Object.keys(options).find((name) => !KNOWN[command]?.includes(name));
if (odd !== undefined) refuse(`error: unknown option '--${odd}'`);

print(
  '◇ injected env (0) from .env // tip: ⌘ override existing { override: true } [and more]',
  '='.repeat(40),
  'Configuration Loaded Successfully',
);
print('[Config] ready', '='.repeat(40), '\u001b[36m{"level":"info","message":"db"}\u001b[0m');

const STORE = 'data/tasks.json';
const tasks = existsSync(STORE) ? JSON.parse(readFileSync(STORE, 'utf8')) : [];
const save = () => writeFileSync(STORE, JSON.stringify(tasks));
const LABELS = {
  pending: '⏳ 待处理',
  running: '🔄 运行中',
  waiting: '⏸️ 等待中',
  completed: '✅ 已完成',
  failed: '❌ 失败',
  cancelled: '🚫 已取消',
};
const find = () => tasks.find((each) => each.taskId === options['task-id']) ?? refuse(`❌ 任务不存在: ${options['task-id']}`);

switch (command) {
  case 'create': {
    if (!options.topic || !options.requirements) refuse('❌ 错误: 缺少选题或要求');
    if (trouble === 'endpoint') refuse('❌ connect ECONNREFUSED\n    at TCPConnectWrap.afterConnect');
    const task = {
      id: tasks.length + 1,
      taskId: randomUUID(),
      mode: 'async',
      topic: options.topic,
      requirements: options.requirements,
      status: trouble === 'pending' ? 'pending' : 'completed',
      errorMessage: null,
      currentStep: null,
      createdAt: new Date().toISOString(),
    };
    tasks.unshift(task);
    save();
    if (trouble === 'redis') await new Promise(() => setTimeout(() => process.exit(1), 60_000)); // the row is written, the queue does not answer
    if (trouble === 'mute') break;
    print('\u001b[32m✅ 任务已成功创建\u001b[39m', `任务ID: ${task.taskId}`, '模式: 异步(队列)', '状态: 等待 Worker 处理');
    break;
  }
  case 'list':
    if (trouble === 'long-list') print('[]');
    else if (trouble === 'cut-list') print('[', '  {', '    "taskId": "x"');
    else {
      const lines = JSON.stringify(tasks, null, 2).split('\n');
      if (lines.length > 2) lines.splice(2, 0, '{"level":"warn","message":"slow [query]"}');
      print(...lines, '{"level":"info","message":"done"}');
    }
    break;
  case 'status': {
    const task = find();
    print('📊 任务状态', `任务ID: ${task.taskId}`, `状态: ${LABELS[task.status]}`, '当前步骤: 无', '执行模式: 异步');
    if (task.errorMessage) print('错误信息:', `   ${task.errorMessage}`);
    break;
  }
  case 'result': {
    const task = find();
    if (trouble === 'unfinished') {
      print('⚠️  任务尚未完成,当前状态: running');
      break;
    }
    if (trouble === 'no-result') {
      print('📄 任务结果', '提示: 该任务未生成结果');
      break;
    }
    const text = `# On ${task.topic}\n\nStorage keeps the power of noon.\n\n字数: 3\n\n## 结语\n\nIt is worth it.`;
    const rule = '─'.repeat(40);
    const shown = trouble === 'log-in-text' ? text.replace('\n\n## 结语', '\n{"level":"info","message":"x"}\n\n## 结语') : text;
    print('📄 任务结果', '📋 生成结果', rule, '1. ARTICLE', '内容:', shown, `字数: ${trouble === 'cut-text' ? 9_000 : text.length}`, rule);
    print('2. IMAGE', '图片 URL:', 'https://images.example/1.png', rule);
    break;
  }
}
