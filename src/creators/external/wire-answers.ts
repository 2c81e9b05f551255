import { cutText } from '../../core/text/storable-text.ts';
import type { Cost } from '../budgets/money.ts';
import { CreationError, type CreationErrorCode } from '../creation-error.ts';
import type { CreationStep, CreationUsage, ExternalStatus, QuotedSource } from '../creator.ts';
import type { ExternalText } from './external-article.ts';

/** The JSON of creators outside of this process (docs/creators.md): the native profile of `cli`, and `http`. */
type Members = Readonly<Record<string, unknown>>;

const EXCERPT = 500;
const MAX_ID = 500;
/** As for the settings of prices. */
const MOST_COST = 100_000;
const CODES: ReadonlySet<string> = new Set<CreationErrorCode>([
  'transient',
  'rate_limited',
  'invalid_input',
  'insufficient_material',
  'rejected_content',
  'budget_exceeded',
  'timeout',
  'unknown_outcome',
  'incompatible',
]);
/** Steps of other systems by the name of ours. */
const STEPS: Readonly<Record<string, CreationStep>> = {
  topic: 'topic',
  search: 'topic',
  outline: 'outline',
  organize: 'outline',
  draft: 'draft',
  write: 'draft',
  images: 'images',
  generate_image: 'images',
  check: 'check',
  check_text: 'check',
  check_image: 'check',
  package: 'package',
};
/** The progress of a system that names only its step. */
const PERCENT: Readonly<Record<string, number>> = {
  search: 16,
  organize: 33,
  write: 50,
  check_text: 66,
  generate_image: 83,
  check_image: 99,
};
const WAITING = new Set(['pending', 'waiting', 'queued', 'submitted']);

/** An answer that is not of the contract, with its beginning. */
export function incompatible(what: string, answer: string, options?: ErrorOptions): CreationError {
  return new CreationError('incompatible', `${what}. The answer began with: ${cutText(answer.trim(), EXCERPT) || '(nothing)'}`, options);
}

export function membersOf(value: unknown): Members | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
}

/** `{taskId}` */
export function readTaskId(answer: Members, raw: string): string {
  const { taskId } = answer;
  if (typeof taskId === 'string' && taskId !== '' && taskId.length <= MAX_ID && !/\p{Cc}/u.test(taskId)) return taskId;
  throw incompatible(`The creator accepted the work without a taskId of 1 to ${MAX_ID} characters`, raw);
}

/** `{status, progress?, step? or currentStep?, error?, usage?}`. Failed work may report what it cost. */
export function readStatus(answer: Members, raw: string): ExternalStatus {
  const { status, progress, error } = answer;
  const name = textOf(answer['step']) ?? textOf(answer['currentStep']) ?? '';
  if (status === 'completed' || status === 'cancelled') return { state: status };
  if (status === 'failed' || status === 'timeout')
    return { state: 'failed', error: readError(error, status), usage: usageOf(answer['usage']) };
  const waiting = typeof status === 'string' && WAITING.has(status);
  if (!waiting && status !== 'running') throw incompatible(`The creator named the status ${JSON.stringify(status ?? null)}`, raw);
  const percent = typeof progress === 'number' && progress >= 0 && progress <= 100 ? progress : (PERCENT[name] ?? null);
  return { state: waiting ? 'waiting' : 'running', progress: percent, step: STEPS[name] ?? null };
}

/** `{code, message, retryAfterMs?}`, or a text. A code that is not one of ours counts as transient, so the work is tried again. */
export function readError(error: unknown, status: string): CreationError {
  const { code, message, retryAfterMs } = membersOf(error) ?? { message: error };
  const known = typeof code === 'string' && CODES.has(code) ? (code as CreationErrorCode) : status === 'timeout' ? 'timeout' : 'transient';
  const why = textOf(message) ?? 'The creator gave no reason.';
  const wait = typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : null;
  return new CreationError(known, cutText(`The work failed in the system of the creator: ${why}`, 2_000), { retryAfterMs: wait });
}

/** `{content, title?, summary?, sources?, usage?, warnings?}` */
export function readText(answer: Members, raw: string): ExternalText {
  const content = textOf(answer['content']) ?? textOf(answer['bodyMarkdown']);
  if (content === null) throw incompatible('The result of the creator has no content', raw);
  const { sources, warnings } = answer;
  return {
    markdown: content,
    title: textOf(answer['title']),
    summary: textOf(answer['summary']),
    sources: Array.isArray(sources) ? sources.flatMap(sourceOf) : [],
    usage: usageOf(answer['usage']),
    warnings: Array.isArray(warnings) ? warnings.flatMap((each) => textOf(each) ?? []).slice(0, 20) : [],
  };
}

function sourceOf(value: unknown, index: number): QuotedSource[] {
  const { id, title, location, url, publishedAt } = membersOf(value) ?? {};
  const where = textOf(location) ?? textOf(url);
  if (where === null) return [];
  return [{ id: textOf(id) ?? String(index + 1), title: textOf(title) ?? where, location: where, publishedAt: textOf(publishedAt) }];
}

/** `{amount, currency}`; null for anything else. */
export function readCost(value: unknown): Cost | null {
  const { amount, currency } = membersOf(value) ?? {};
  if (!isAmount(amount) || amount > MOST_COST || typeof currency !== 'string' || !/^[A-Z]{3}$/.test(currency)) return null;
  return { amount, currency };
}

/** Null without numbers: an unknown usage is never 0. A cost may come without tokens, which then count as estimated. */
function usageOf(value: unknown): CreationUsage | null {
  const { promptTokens, completionTokens, cost, currency } = membersOf(value) ?? {};
  const price = isAmount(cost) && textOf(currency) !== null ? cost : null;
  const counted = isAmount(promptTokens) && isAmount(completionTokens);
  if (!counted && price === null) return null;
  const tokens = counted ? { promptTokens, completionTokens } : { promptTokens: 0, completionTokens: 0 };
  return { ...tokens, cost: price, currency: textOf(currency), estimated: !counted };
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}
