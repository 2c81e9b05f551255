import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { InvalidArgumentError } from 'commander';
import { findJsonFault, JSON_FAULTS } from '../core/text/json-scan.ts';
import { usageError } from './cli-error.ts';
import { PRIORITY_WORDS, toPriority } from '../core/task/priority.ts';
import type { Terminal } from './terminal.ts';

/** Parses whole numbers between two bounds, inclusive. */
export function integer(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!(number >= least && number <= most)) throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
    return number;
  };
}

/** Parses 1 to 10, or a priority word. */
export function priority(value: string): number {
  const found = toPriority(/^\d+$/.test(value) ? Number(value) : value);
  if (found !== undefined) return found;
  throw new InvalidArgumentError(`It must be 1 to 10, or ${Object.keys(PRIORITY_WORDS).join(', ')}.`);
}

export function oneOf<Word extends string>(words: readonly Word[], value: string): Word {
  const word = words.find((each) => each === value);
  if (word === undefined) throw new InvalidArgumentError(`It must be one of ${words.join(', ')}.`);
  return word;
}

/** An amount of money such as `20.50`, in millionths. */
export function money(value: string): number {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(value) ?? [];
  if (whole === undefined) throw new InvalidArgumentError('It must be an amount such as 20.50, with at most six digits after the point.');
  return Number(whole) * 1_000_000 + Number(part.padEnd(6, '0'));
}

/** Splits `a,b`, trims the parts and drops empty ones. */
export function commaList(value: string): string[] {
  return value
    .split(/[,，]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `90` or `90s`, `500ms`, `5m`, `24h`, `7d` → milliseconds. */
export function duration(value: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(value) ?? [];
  if (amount === undefined) throw new InvalidArgumentError('It must be a duration such as 90s, 5m, 24h or 7d.');
  return Number(amount) * (UNIT_MS[unit] ?? 0);
}

/** Parses an ISO 8601 date or time, in local time without an offset. → RFC 3339 in UTC. */
export function instant(value: string): string {
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(value) ? `${value}T00:00` : value);
  if (!/^\d{4}-\d{2}-\d{2}/.test(value) || Number.isNaN(time.getTime())) {
    throw new InvalidArgumentError('It must be an ISO 8601 time such as 2026-11-23T09:00+08:00.');
  }
  return time.toISOString();
}

/** Parses a time like `instant`, or an age like `duration`. → RFC 3339 in UTC. */
export function since(value: string): string {
  return /^\d{4}-/.test(value) ? instant(value) : new Date(Date.now() - duration(value)).toISOString();
}

/** A time as `instant`, or how long from now as `duration`. → RFC 3339 in UTC. */
export function expiry(value: string): string {
  return /^\d{4}-/.test(value) ? instant(value) : new Date(Date.now() + duration(value)).toISOString();
}

/** Visible ASCII, as HTTP headers allow. */
export function headerText(value: string): string {
  if (!/^[\x21-\x7e]{1,255}$/.test(value)) throw new InvalidArgumentError('It must be 1 to 255 visible ASCII characters.');
  return value;
}

/** Adds `name=value` to those before it. `true`, `false` and numbers are values, `@file` is the text of a file, and `"1"` a text. */
export function namedValue(
  given: string,
  before: Readonly<Record<string, string | number | boolean>> = {},
): Readonly<Record<string, string | number | boolean>> {
  const [, name, value = ''] = /^([\w.-]+)=(.*)$/s.exec(given) ?? [];
  if (name === undefined) throw new InvalidArgumentError('It must be name=value, such as form=digest.');
  return { ...before, [name]: plainValue(value) };
}

function plainValue(value: string): string | number | boolean {
  if (value.startsWith('@')) return fileText(value.slice(1));
  if (/^".*"$/s.test(value)) return value.slice(1, -1);
  if (value === 'true' || value === 'false') return value === 'true';
  return /^-?\d+(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

function fileText(path: string): string {
  try {
    return readFileSync(resolve(path), 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Parses a JSON object given as `{…}`, `@file.json` or `-` (stdin). */
export async function jsonObject(source: string, terminal: Terminal, next: string): Promise<Record<string, unknown>> {
  const parsed = parseJson(await readSource(source, terminal, next), next);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw usageError('A JSON object is needed', next);
  return parsed as Record<string, unknown>;
}

/** The text of `@file`, of stdin for `-`, or the text itself. */
export async function readSource(source: string, terminal: Terminal, next: string): Promise<string> {
  if (source === '-') return text(terminal.stdin);
  if (!source.startsWith('@')) return source;
  try {
    return readFileSync(resolve(terminal.cwd, source.slice(1)), 'utf8');
  } catch (error) {
    throw usageError(`The file cannot be read: ${error instanceof Error ? error.message : source}`, next);
  }
}

function parseJson(json: string, next: string): unknown {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch (error) {
    throw usageError(`This is not JSON: ${error instanceof Error ? error.message : ''}`, next);
  }
  const fault = findJsonFault(json);
  if (fault) throw usageError(`The JSON cannot be used: ${fault.pointer} ${JSON_FAULTS[fault.code]}`, next);
  return parsed;
}
