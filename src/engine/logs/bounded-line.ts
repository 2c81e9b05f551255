import type { LogLevel } from '../../core/task/task.ts';
import { type JsonValue, sanitizeForJsonb } from '../../core/text/sanitize.ts';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import type { NewLogLine } from './task-log-store.ts';

/** Lines of one attempt. */
export const MAX_LINES = 10_000;
const MAX_LINE_LENGTH = 8_000;

/**
 * What is stored of a line: at most 8,000 characters of text, and as much of JSON beside them. Never throws: handlers in plain
 * JavaScript pass an Error where a text belongs, and a line that cannot be stored must not fail the work.
 */
export function boundedLine(level: LogLevel, message: unknown, data: unknown): Pick<NewLogLine, 'level' | 'message' | 'data'> {
  return { level, message: cutText(storableText(textOf(message)), MAX_LINE_LENGTH), data: boundedData(data) };
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  try {
    return String(message);
  } catch {
    return 'a value that has no text';
  }
}

function boundedData(data: unknown): JsonValue {
  try {
    const clean = sanitizeForJsonb(data ?? null);
    return clean !== null && JSON.stringify(clean).length > MAX_LINE_LENGTH ? { truncated: true } : clean;
  } catch {
    return { unreadable: true }; // a getter that throws
  }
}
