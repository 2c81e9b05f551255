import { isDeepStrictEqual } from 'node:util';
import { TaskFailure } from '../../core/task/failure.ts';
import { findJsonFault, JSON_FAULTS } from '../../core/text/json-scan.ts';
import { findUnstorable, UNSTORABLE_FAULTS } from '../../core/text/unstorable.ts';
import { parseKeepingDigits } from '../../core/text/parse-keeping-digits.ts';
import { toResultJson } from '../../core/task/result-json.ts';
import type { EgressAnswer } from '../../platform/egress/egress.client.ts';
import { retryAfterMs } from '../../platform/egress/retry-after.ts';
import { valueAt } from './json-pointer.ts';

/** What an answer must be to count as success. */
export interface Expectation {
  /** `200`, or `2xx` for all of a hundred. */
  readonly statuses: readonly string[];
  /** JSON pointer → the value that must be there. */
  readonly json: readonly (readonly [string, unknown])[];
}

/** As JSON, in bytes: what is larger belongs into a handler of its own. */
const MAX_RESULT = 262_144;
/** Longer ones are not cut: half a secret is not found by those who hide secrets. */
const SHOWN = 100;
/** Request timeout and too early: 4xx by number, but the same request may succeed later. */
const LATER = new Set([408, 425]);

/**
 * The result inside an answer: the JSON value at `pointer`, by default the whole; a text when it is no JSON.
 * Messages continue "POST https://… ". @throws {TaskFailure}
 */
export function resultOf(answer: EgressAnswer, expect: Expectation, pointer: string, now: number): unknown {
  checkStatus(answer, expect.statuses, now);
  const json = parsed(answer.text);
  if (json === undefined && (expect.json.length > 0 || pointer !== '')) throw unusable('not_json', 'did not answer with JSON');
  if (json !== undefined) refuseAmbiguousJson(answer.text, [pointer, ...expect.json.map(([at]) => at)]);
  for (const [at, wanted] of expect.json) {
    const found = valueAt(json, at);
    if (isDeepStrictEqual(found, wanted)) continue;
    throw unusable('unexpected_answer', `answered with ${shown(found)} at ${at || 'the top'}, expected ${shown(wanted)}`);
  }
  const value = json === undefined ? answer.text || null : valueAt(json, pointer);
  if (value === undefined) throw unusable('result_missing', `answered without a value at ${pointer}`);
  refuseUnstorable(value, pointer);
  const result = toResultJson(value);
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > MAX_RESULT) throw unusable('result_too_large', `answered with a result of ${bytes} bytes, at most ${MAX_RESULT} are kept`);
  return result;
}

/** Of the JSON, only the places that the task reads: what a service says elsewhere changes nothing. */
function refuseAmbiguousJson(text: string, read: readonly string[]): void {
  const isRead = (pointer: string) => read.some((at) => `${pointer}/`.startsWith(`${at}/`) || `${at}/`.startsWith(`${pointer}/`));
  // An unsafe integer is a text by now.
  const fault = findJsonFault(text, ({ code, pointer }) => code !== 'unsafe_integer' && isRead(pointer));
  if (fault) throw unusable(fault.code, `answered with JSON that cannot be kept: ${fault.pointer || 'the top'} ${JSON_FAULTS[fault.code]}`);
}

/** As for the results of agents. `toResultJson` limits depth and members, and would replace these values. */
function refuseUnstorable(value: unknown, pointer: string): void {
  const fault = findUnstorable(value, { depth: Number.POSITIVE_INFINITY, keys: Number.POSITIVE_INFINITY });
  if (fault === null || fault.code === 'too_deep' || fault.code === 'too_many_keys') return;
  const at = `${pointer}${fault.pointer}` || 'the top';
  throw unusable(fault.code, `answered with a result that cannot be stored: ${at} ${UNSTORABLE_FAULTS[fault.code]}`);
}

function checkStatus({ status, headers }: EgressAnswer, statuses: readonly string[], now: number): void {
  if (statuses.includes(String(status)) || statuses.includes(`${Math.floor(status / 100)}xx`)) return;
  const code = `http_${status}`;
  const message = `answered ${status}`;
  const wait = retryAfterMs(headers['retry-after'], now);
  if (status === 429 || (status === 503 && wait !== null)) throw new TaskFailure('rate_limited', message, code, wait);
  if (status >= 500 || LATER.has(status)) throw new TaskFailure('transient', message, code);
  if (status >= 400) throw new TaskFailure('invalid_input', message, code);
  throw unusable(code, `${message}, expected ${statuses.join(' or ')}`);
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
  return text.length > SHOWN ? `a text of ${text.length} characters` : text;
}
