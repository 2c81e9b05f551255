import { escapeText } from './escape-text.ts';

const LEVELS: Record<number, string> = { 10: 'trace', 20: 'debug', 30: 'info ', 40: 'warn ', 50: 'error', 60: 'fatal' };

/** Formats a pino line for a terminal: `14:03:12.345 warn  message key=value`. */
export function plainLine(json: string): string {
  const { time, level, msg, ...rest } = JSON.parse(json) as { time: number; level: number; msg?: string } & Record<string, unknown>;
  const clock = new Date(time).toISOString().slice(11, 23);
  const fields = Object.entries(rest).map(([key, value]) => ` ${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return `${escapeText(`${clock} ${LEVELS[level] ?? level} ${msg ?? ''}${fields.join('')}`)}\n`;
}
