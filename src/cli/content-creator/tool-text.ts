import { clockText, durationText } from '../output/cells.ts';
import { multiLine, singleLine } from '../output/plain-text.ts';
import type { ContentTask, ToolState } from './content-task.ts';
import { stateOf } from './content-task.ts';

/** The texts of the public tool, which scripts search for these labels. */
const RULE = '─'.repeat(40);
export const LABELS: Readonly<Record<ToolState, string>> = {
  pending: '⏳ 待处理',
  running: '🔄 运行中',
  waiting: '⏸️ 等待中',
  completed: '✅ 已完成',
  failed: '❌ 失败',
  cancelled: '⏹️ 已取消',
};
const STEPS: Readonly<Record<string, string>> = {
  topic: '🔍 搜索资料',
  outline: '📋 整理大纲',
  draft: '✍️ 撰写内容',
  images: '🎨 生成配图',
  check: '🔍 文本质检',
  package: '📦 入库',
};

export function createdText({ taskId }: ContentTask): string {
  return lines('', '✅ 任务已成功创建', RULE, `任务ID: ${taskId}`, '模式: 异步（队列）', '状态: 等待 Worker 处理', RULE);
}

export function statusText(task: ContentTask, worker: string | null, utc: boolean): string {
  const { taskId, step, progress, priority, createdAt, startedAt, completedAt, errorMessage } = task;
  const took = completedAt === null ? [] : [`总耗时: ${durationText(Date.parse(completedAt) - Date.parse(createdAt))}`];
  return lines(
    '',
    '📊 任务状态',
    RULE,
    `任务ID: ${taskId}`,
    `状态: ${LABELS[stateOf(task)]}`,
    `当前步骤: ${step === null ? '无' : (STEPS[step] ?? step)}`,
    ...(progress === null ? [] : [`进度: ${progress}%`]),
    '执行模式: 异步',
    `优先级: ${priority}`,
    RULE,
    `创建时间: ${clockText(createdAt, utc)}`,
    ...(startedAt === null ? [] : [`开始时间: ${clockText(startedAt, utc)}`]),
    ...(completedAt === null ? [] : [`完成时间: ${clockText(completedAt, utc)}`]),
    ...took,
    RULE,
    ...(errorMessage === null ? [] : ['错误信息:', singleLine(errorMessage), RULE]),
    ...(worker === null ? [] : [`Worker ID: ${worker}`, RULE]),
  );
}

export function listText(tasks: readonly ContentTask[], utc: boolean): string {
  if (tasks.length === 0) return lines('暂无任务记录');
  const blocks = tasks.map((task, index) =>
    lines(
      `${index + 1}. ${singleLine(task.topic ?? '(无主题)')}`,
      `   ID:        ${task.taskId}`,
      `   状态:      ${LABELS[stateOf(task)]}`,
      '   模式:      异步',
      `   创建时间:  ${clockText(task.createdAt, utc)}`,
      ...(task.errorMessage === null ? [] : [`   错误:      ${singleLine(task.errorMessage)}`]),
    ),
  );
  return lines(RULE, '📋 历史任务列表', RULE) + blocks.join('\n');
}

export function unfinishedText(task: ContentTask): string {
  return lines(`⚠️  任务尚未完成，当前状态: ${LABELS[stateOf(task)]}`);
}

/** `字数` is the length in UTF-16 units, Markdown included, as the tool counts it. */
export function resultText(task: ContentTask, markdown: string, people: boolean): string {
  const text = people ? multiLine(markdown) : markdown;
  const head = lines('', '📄 任务结果', RULE, `任务ID: ${task.taskId}`, `状态: ${LABELS[stateOf(task)]}`, RULE, '', '📋 生成结果', RULE);
  return head + lines('1. ARTICLE', RULE, '内容:', text, `字数: ${text.length}`, RULE);
}

/** What `create --mode sync` prints. */
export function finishedText(task: ContentTask, markdown: string, { score, people }: { score: number | null; people: boolean }): string {
  const { taskId, createdAt, completedAt } = task;
  const took = completedAt === null ? [] : [`耗时: ${durationText(Date.parse(completedAt) - Date.parse(createdAt))}`];
  const head = lines('', '✅ 执行成功', RULE, `任务ID: ${taskId}`, `状态: ${LABELS[stateOf(task)]}`, ...took, RULE);
  const article = lines('', '📝 生成的内容:', RULE, people ? multiLine(markdown) : markdown, RULE);
  return head + article + (score === null ? '' : lines('', '🔍 文本质检:', RULE, `评分: ${score}/100`, RULE));
}

export function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}
