import { styleText } from 'node:util';
import type { Field } from './fields.ts';
import { singleLine } from './plain-text.ts';

export type Row = object;

export function valueOf(row: Row, field: Field): unknown {
  return (row as Record<string, unknown>)[field.name];
}

/** A cell without a value, in a table for people. */
export const NO_VALUE = '–';

/** A value as one line of a table. With `people` false, times keep the format of the API and null is empty. */
export function cellText(value: unknown, { kind }: Field, { people, utc }: { people: boolean; utc: boolean }): string {
  if (value === null || value === undefined) return people ? NO_VALUE : '';
  if (kind === 'percent' && typeof value === 'number') return `${value}%`;
  if (kind === 'time' && people && typeof value === 'string') return clockText(value, utc);
  if (kind === 'duration' && people && typeof value === 'number') return durationText(value);
  if (kind === 'list' && Array.isArray(value)) return singleLine(value.join(', '));
  if (kind === 'score' && typeof value === 'object' && 'total' in value) return String(value.total);
  if (kind === 'actor' && typeof value === 'object') return singleLine(actorCell(value));
  if (kind === 'error' && typeof value === 'object') return singleLine(errorCell(value));
  return singleLine(typeof value === 'string' ? value : JSON.stringify(value));
}

/** The name, and the type where it is a caller. */
function actorCell({ type, name }: { type?: unknown; name?: unknown }): string {
  return type === 'user' || type === 'key' || type === 'agent' ? `${String(name)} (${type})` : String(name);
}

/** An operator must decide about such a task. */
const UNDECIDED = ' (the outcome is unknown: check whether the work was done, then retry the task or leave it)';

/** Includes the place where the error was thrown, if known. */
function errorCell(error: { class?: unknown; code?: unknown; message?: unknown; frames?: unknown }): string {
  const { code, message, frames } = error;
  if (error.class === 'unknown_outcome') return `${String(code)}: ${String(message)}${UNDECIDED}`;
  const [frame] = Array.isArray(frames) ? frames : [];
  return `${String(code)}: ${String(message)}${typeof frame === 'string' ? ` (${frame})` : ''}`;
}

/** `2026-11-23 09:00:12` in local time, or with `Z` in UTC. */
export function clockText(timestamp: string, utc: boolean): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return timestamp;
  if (utc) return `${time.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${date} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

/** `340 ms`, `1.2 s`, `4 min 05 s`, `3 h 07 min`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1)} s`;
  const [seconds, minutes] = [Math.round(ms / 1_000), Math.round(ms / 60_000)];
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

type Style = Parameters<typeof styleText>[0];

const STATUS_STYLES: Readonly<Record<string, Style>> = {
  completed: 'green',
  approved: 'green',
  active: 'green',
  running: 'cyan',
  pending_review: 'yellow',
  warn: 'yellow',
  failed: 'red',
  timeout: 'red',
  rejected: 'red',
  error: 'red',
  cancelled: 'dim',
  archived: 'dim',
  debug: 'dim',
};

/** Colour never carries information that the word does not. */
export function paintCell(text: string, { kind }: Field): string {
  const style = kind === 'status' ? STATUS_STYLES[text] : undefined;
  return style ? paint(style, text) : text;
}

/** Whether to use colour was decided before (terminal.ts), for the target stream. */
export function paint(style: Style, text: string): string {
  return styleText(style, text, { validateStream: false });
}
