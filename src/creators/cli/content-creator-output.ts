import { incompatible } from '../external/wire-answers.ts';
import type { ExternalText } from '../external/external-article.ts';

/**
 * Reads the output of content-creator 0.2. Every command prints a tip of dotenv, a banner and perhaps its own log lines before and between
 * its answer, so nothing is read by position. Texts are without ANSI sequences.
 */

export const STATES = ['pending', 'running', 'waiting', 'completed', 'failed', 'cancelled'] as const;
export type ToolState = (typeof STATES)[number];

/** One element of `list --json`: only the members that are used. */
export interface ListedWork {
  readonly taskId: string;
  readonly topic: string;
  readonly requirements: string;
  readonly status: ToolState;
  readonly errorMessage: string | null;
  readonly createdAt: number;
}

const STATE_OF_LABEL: Readonly<Record<string, ToolState>> = {
  待处理: 'pending',
  运行中: 'running',
  等待中: 'waiting',
  已完成: 'completed',
  失败: 'failed',
  已取消: 'cancelled',
};
const ID = /^\s*任务ID\s*[:：]\s*([0-9a-fA-F-]{36})\s*$/m;
const RULE = /^\s*─{5,}\s*$/;
const BLOCK = /^\s*\d+\.\s*([A-Z]+)\s*$/;
const CONTENT = /^\s*内容\s*[:：]\s*$/;
const LENGTH = /^\s*字数\s*[:：]\s*(\d+)\s*$/;
const LOG_LINE = /^\{"(?:level|timestamp|time|message|msg|service|context)":/;

/** The id that `create` printed. */
export function readCreatedId(stdout: string): string {
  const id = ID.exec(stdout)?.[1];
  if (id === undefined) throw incompatible('`create` ended without the id of a task', stdout);
  return id.toLowerCase();
}

/** The array of `list --json`. It begins at the first line that is `[`, because the lines before it may contain brackets too. */
export function readList(stdout: string): ListedWork[] {
  const lines = stdout.split(/\r?\n/);
  const first = lines.findIndex((line) => line === '[' || line === '[]');
  if (first === -1) throw incompatible('`list --json` printed no array', stdout);
  if (lines[first] === '[]') return [];
  const last = lines.indexOf(']', first);
  // The array is indented, so a line that begins at the margin is a log line.
  const text = lines.slice(first + 1, last === -1 ? undefined : last).filter((line) => /^\s/.test(line));
  try {
    return (JSON.parse(`[${text.join('\n')}]`) as Record<string, unknown>[]).map(toListed);
  } catch (error) {
    throw incompatible('`list --json` printed an array that is not complete JSON', lines.slice(first).join('\n'), { cause: error });
  }
}

function toListed({ taskId, topic, requirements, status, errorMessage, createdAt }: Record<string, unknown>): ListedWork {
  if (typeof taskId !== 'string' || !STATES.includes(status as ToolState)) throw new SyntaxError('no taskId or no known status');
  return {
    taskId: taskId.toLowerCase(),
    topic: String(topic),
    requirements: String(requirements),
    status: status as ToolState,
    errorMessage: typeof errorMessage === 'string' ? errorMessage : null,
    createdAt: Date.parse(String(createdAt)),
  };
}

/** The state and the error that `status` printed as text. */
export function readState(stdout: string): Pick<ListedWork, 'status' | 'errorMessage'> {
  const label = /^\s*状态\s*[:：]\s*(.*)$/m.exec(stdout)?.[1] ?? '';
  const found = Object.entries(STATE_OF_LABEL).find(([name]) => label.includes(name));
  if (found === undefined) throw incompatible('`status` printed no known state', stdout);
  const errorMessage = /^\s*错误信息\s*[:：][ \t]*(?:\r?\n)?[ \t]*(\S.*)$/m.exec(stdout)?.[1]?.trim() ?? null;
  return { status: found[1], errorMessage };
}

/** The texts that `result` printed; null while the task is not completed. An empty list when it ended without any. */
export function readResult(stdout: string): ExternalText | null {
  if (stdout.includes('任务尚未完成')) return null;
  const lines = stdout.split(/\r?\n/);
  const from = lines.findIndex((line) => line.includes('生成结果'));
  const article = lines.findIndex((line, i) => i > from && BLOCK.exec(line)?.[1] === 'ARTICLE');
  if (from === -1 || article === -1) {
    if (stdout.includes('未生成结果')) return { markdown: '' };
    throw incompatible('`result` printed no ARTICLE', stdout);
  }
  const start = lines.findIndex((line, i) => i > article && CONTENT.test(line));
  const end = lengthLineAfter(lines, article);
  if (start === -1 || end === -1 || end < start) throw incompatible('`result` printed an ARTICLE without its text', stdout);
  const asked = Number(LENGTH.exec(lines[end] ?? '')?.[1]);
  const markdown = textOf(lines.slice(start + 1, end), asked);
  const images = lines.slice(end).filter((line) => BLOCK.exec(line)?.[1] === 'IMAGE').length;
  return { markdown, warnings: warningsOf(markdown, asked, images) };
}

/** The line with the length closes the article: the last one before the block of the next number, because a text may quote such a line. */
function lengthLineAfter(lines: readonly string[], article: number): number {
  const next = lines.findIndex((line, i) => i > article && RULE.test(lines[i - 1] ?? '') && BLOCK.test(line));
  const stop = next === -1 ? lines.length : next;
  return lines.slice(0, stop).findLastIndex((line, i) => i > article && LENGTH.test(line));
}

/** The tool counts UTF-16 units. When log lines stand in the text, it has the length only without them. */
function textOf(lines: readonly string[], length: number): string {
  const whole = lines.join('\n');
  if (fits(whole, length)) return whole;
  const clean = lines.filter((line) => !LOG_LINE.test(line)).join('\n');
  return fits(clean, length) ? clean : whole;
}

function fits(text: string, length: number): boolean {
  return length <= text.length && length >= text.trim().length;
}

function warningsOf(markdown: string, length: number, images: number): string[] {
  const warnings: string[] = [];
  if (!fits(markdown, length)) {
    warnings.push(`The tool counted ${length} characters and printed ${markdown.trim().length}: compare the text with its own copy.`);
  }
  if (images > 0) warnings.push(`The tool made ${images} images at addresses that expire. They are not part of this content.`);
  return warnings;
}
