import type { LogLevel } from '../../core/task/task.ts';
import { sanitizeForJsonb } from '../../core/text/sanitize.ts';
import type { NewLogLine } from './task-log.repository.ts';

/** Lines of one attempt. */
export const MAX_LINES = 10_000;
const MAX_LINE_LENGTH = 8_000;

/** What is stored of a line: at most 8,000 characters of text, and as much of JSON beside them. */
export function boundedLine(level: LogLevel, message: string, data: unknown): Pick<NewLogLine, 'level' | 'message' | 'data'> {
  const clean = sanitizeForJsonb(data ?? null);
  const tooLong = clean !== null && JSON.stringify(clean).length > MAX_LINE_LENGTH;
  const text = message.slice(0, MAX_LINE_LENGTH).replaceAll('\0', '\uFFFD').toWellFormed();
  return { level, message: text, data: tooLong ? { truncated: true } : clean };
}
