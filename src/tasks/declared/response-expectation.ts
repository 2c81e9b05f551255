import { isDeepStrictEqual } from 'node:util';
import { TaskFailure } from '../../core/task/failure.ts';
import { findJsonFault, JSON_FAULTS } from '../../core/text/json-scan.ts';
import { findUnstorable, UNSTORABLE_FAULTS } from '../../core/text/unstorable.ts';
import { parseKeepingDigits } from '../../core/text/parse-keeping-digits.ts';
import { toResultJson } from '../../core/task/result-json.ts';
import type { EgressAnswer } from '../../platform/egress/egress.client.ts';
import { statusFailure } from './http-failure.ts';
import { valueAt } from './json-pointer.ts';

/** Conditions for a successful response. */
export interface Expectation {
  /** A status such as `200`, or `2xx` for a class. */
  readonly statuses: readonly string[];
  /** Expected values by JSON pointer. */
  readonly json: readonly (readonly [string, unknown])[];
}

/** In bytes of JSON. A larger result needs a handler in code. */
const MAX_RESULT = 262_144;
/** Longer values are not shown at all: a truncated secret would not be recognised and removed. */
const SHOWN = 100;

/**
 * The result in a response: the JSON value at `pointer`, or the whole body, or its text when it is not JSON. Messages
 * continue "POST https://… ". @throws {TaskFailure}
 */
export function resultOf(answer: EgressAnswer, expect: Expectation, pointer: string, now: number): unknown {
  checkStatus(answer, expect.statuses, now);
  const json = parsed(answer.text);
  if (json === undefined && (expect.json.length > 0 || pointer !== '')) throw unusable('not_json', 'did not answer with JSON');
  if (json !== undefined) rejectAmbiguousJson(answer.text, [pointer, ...expect.json.map(([at]) => at)]);
  for (const [at, wanted] of expect.json) {
    const found = valueAt(json, at);
    if (isDeepStrictEqual(found, wanted)) continue;
    throw unusable('unexpected_answer', `answered with ${shown(found)} at ${at || 'the top'}, expected ${shown(wanted)}`);
  }
  const value = json === undefined ? answer.text || null : valueAt(json, pointer);
  if (value === undefined) throw unusable('result_missing', `answered without a value at ${pointer}`);
  rejectUnstorable(value, pointer);
  const result = toResultJson(value);
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > MAX_RESULT) throw unusable('result_too_large', `answered with a result of ${bytes} bytes; the limit is ${MAX_RESULT}`);
  return result;
}

/** Rejects duplicate keys and inexact numbers, but only in the parts that the task reads. */
function rejectAmbiguousJson(text: string, read: readonly string[]): void {
  const isRead = (pointer: string) => read.some((at) => `${pointer}/`.startsWith(`${at}/`) || `${at}/`.startsWith(`${pointer}/`));
  // unsafe integers have been parsed as strings
  const fault = findJsonFault(text, ({ code, pointer }) => code !== 'unsafe_integer' && isRead(pointer));
  if (fault)
    throw unusable(fault.code, `answered with JSON that cannot be stored: ${fault.pointer || 'the top'} ${JSON_FAULTS[fault.code]}`);
}

/** Applies the rules for results of agents. `toResultJson` limits only depth and members, and would replace these values. */
function rejectUnstorable(value: unknown, pointer: string): void {
  const fault = findUnstorable(value, { depth: Number.POSITIVE_INFINITY, keys: Number.POSITIVE_INFINITY });
  if (fault === null || fault.code === 'too_deep' || fault.code === 'too_many_keys') return;
  const at = `${pointer}${fault.pointer}` || 'the top';
  throw unusable(fault.code, `answered with a result that cannot be stored: ${at} ${UNSTORABLE_FAULTS[fault.code]}`);
}

function checkStatus(answer: EgressAnswer, statuses: readonly string[], now: number): void {
  const { status } = answer;
  if (statuses.includes(String(status)) || statuses.includes(`${Math.floor(status / 100)}xx`)) return;
  throw statusFailure(answer, now) ?? unusable(`http_${status}`, `answered ${status}, expected ${statuses.join(' or ')}`);
}

function unusable(code: string, message: string): TaskFailure {
  return new TaskFailure('invalid_output', message, code);
}

function parsed(text: string): unknown {
  try {
    return parseKeepingDigits(text);
  } catch {
    return undefined;
  }
}

function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `a string of ${text.length} characters` : text;
}
