import type { LogLevel } from '../../core/task/task.ts';
import { type JsonValue, sanitizeForJsonb } from '../../core/text/sanitize.ts';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import type { NewLogLine } from './log-rows.ts';

/** Lines of one attempt. */
export const MAX_LINES = 10_000;
const MAX_LINE_LENGTH = 8_000;

/**
 * The line as stored: at most 8,000 characters of text, and as much JSON. A truncated text ends with a note. Never
 * throws: handlers in plain JavaScript pass an Error instead of a string, and a line that cannot be stored must not
 * fail the task.
 */
export function boundedLine(level: LogLevel, message: unknown, data: unknown): Pick<NewLogLine, 'level' | 'message' | 'data'> {
  return { level, message: boundedText(storableText(textOf(message))), data: boundedData(data) };
}

function boundedText(text: string): string {
  if (text.length <= MAX_LINE_LENGTH) return text;
  const mark = ` … [cut: ${text.length} characters]`;
  return cutText(text, MAX_LINE_LENGTH - mark.length) + mark;
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
