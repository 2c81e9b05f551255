import { timerMs } from '../../core/time/timer-ms.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { CreatorMetrics } from '../creator-metrics.ts';
import type { CreationRun } from '../creator.ts';
import { CreationError } from '../creation-error.ts';
import type { ChatClient } from './chat-client.ts';
import type { AnswerSchema, ChatAnswer, ChatMessage } from './chat-types.ts';
import { type Admission, CircuitBreaker } from './circuit-breaker.ts';
import { type LlmStep, priceOf } from './provider-config.ts';
import { type Billing, ProviderError } from './provider-error.ts';
import { costOf, estimateUsage, type TokenPrice } from './token-usage.ts';
import { BudgetExceededError } from '../budgets/budget-errors.ts';
import { type UsageEstimate, UsageLedger, type UsageSubject } from '../budgets/usage-ledger.ts';

export interface ModelCall {
  step: LlmStep;
  /** Names the call in the ledger, such as `draft/2`. */
  label: string;
  messages: readonly ChatMessage[];
  answer?: AnswerSchema;
  /** Instead of the configured model. */
  model?: string;
  onText?: (characters: number) => void;
}

/** What one call gave and cost. The object is JSON. */
export interface ModelAnswer {
  text: string;
  provider: string;
  model: string;
  promptTokens: number;
  completionTokens: number;
  cost: number | null;
  currency: string | null;
  estimated: boolean;
}

export type CallPayer = Pick<UsageSubject, 'taskId' | 'attempt' | 'accountId' | 'creator'>;

/** A longer Retry-After schedules the task again, so that its slot is free. */
const LONGEST_WAIT_MS = 60_000;
const MOST_WAITS = 3;
/** Codes after which the next provider is tried. Other codes are about the request, which every provider would refuse. */
const NEXT_PROVIDER: ReadonlySet<string> = new Set(['transient', 'timeout', 'rate_limited', 'incompatible', 'budget_exceeded']);
/** Codes that count for the circuit. */
const FAILING: ReadonlySet<string> = new Set(['transient', 'timeout']);

/** Reserved for the answer of a provider without maxOutputTokens. */
const ASSUMED_OUTPUT_TOKENS = 8_192;

/** Calls the providers of a creator in order, with a circuit breaker and a reservation in the ledger for each call. */
export class ModelCaller {
  constructor(
    private readonly clients: readonly ChatClient[],
    private readonly circuits: CircuitBreaker,
    private readonly ledger: UsageLedger,
    private readonly metrics: CreatorMetrics,
  ) {}

  /** @throws {CreationError} of the provider that can be tried again first. */
  async call(call: ModelCall, payer: CallPayer, run: Pick<CreationRun, 'signal' | 'log'>): Promise<ModelAnswer> {
    const { signal } = run;
    for (let waits = 0; ; waits++) {
      const failures: CreationError[] = [];
      for (const client of this.clients) {
        signal.throwIfAborted();
        const outcome = await this.tryProvider(client, call, payer, signal);
        if (!(outcome instanceof CreationError)) return outcome;
        run.log('warn', outcome.message, { step: call.label });
        if (!NEXT_PROVIDER.has(outcome.code)) throw outcome;
        failures.push(outcome);
      }
      const failure = soonest(failures);
      if (waits >= MOST_WAITS || !isWorthWaiting(failure)) throw failure;
      run.log('info', `Waiting ${Math.ceil(failure.retryAfterMs / 1_000)} s as the provider asked`, { step: call.label });
      await delay(timerMs(failure.retryAfterMs), undefined, { signal }).catch(() => signal.throwIfAborted());
    }
  }

  /** The answer, or why there is none. */
  private async tryProvider(
    client: ChatClient,
    call: ModelCall,
    payer: CallPayer,
    signal: AbortSignal,
  ): Promise<ModelAnswer | CreationError> {
    const { provider } = client;
    const model = call.model ?? provider.models[call.step] ?? provider.model;
    const price = priceOf(provider, model);
    const estimate = estimateOf(client, call, price);
    const id = await this.ledger.reserve({ ...payer, provider: provider.name, model, step: call.label }, estimate).catch(refusalOf);
    if (typeof id !== 'string') return id;
    const admission = await this.circuits.admit(provider.name);
    if (admission.kind === 'open') {
      await this.ledger.discard(id);
      return new OpenCircuitError(provider.name, admission.retryInMs);
    }
    try {
      const answer = await client.complete({ model, messages: call.messages, answer: call.answer, signal, onText: call.onText });
      // Without a price the most that the call costs stays in the ledger.
      const cost = costOf(answer.usage, price) ?? estimate.cost?.amount ?? null;
      await this.ledger.settle(id, 'settled', { ...answer.usage, model: answer.model, cost });
      this.metrics.used({ creator: payer.creator, provider: provider.name, usage: answer.usage, price });
      await this.circuits.succeeded(provider.name);
      return toModelAnswer(client, answer, price);
    } catch (error) {
      await this.record(provider.name, admission, error, signal);
      const billing = await this.settleFailed(id, error, model, price, estimate);
      // The tokens of a call that may have been paid are not known, only those of its prompt.
      const usage = billing === 'unknown' ? { ...estimate, completionTokens: 0, estimated: true } : billing;
      if (usage !== 'none') this.metrics.used({ creator: payer.creator, provider: provider.name, usage, price });
      if (error instanceof CreationError) return error;
      throw error;
    }
  }

  /** A call that may have been paid keeps its reserved cost. */
  private async settleFailed(
    id: string,
    error: unknown,
    model: string,
    price: TokenPrice | null,
    estimate: UsageEstimate,
  ): Promise<Billing> {
    const billing = error instanceof ProviderError ? error.billing : 'unknown';
    if (billing === 'none') await this.ledger.release(id);
    else if (billing === 'unknown') await this.ledger.fail(id);
    else await this.ledger.settle(id, 'failed', { ...billing, model, cost: costOf(billing, price) ?? estimate.cost?.amount ?? null });
    return billing;
  }

  /** An abort does not count as a failure of the provider. It releases the probe. */
  private async record(provider: string, admission: Admission, error: unknown, signal: AbortSignal): Promise<void> {
    const failing = error instanceof CreationError && FAILING.has(error.code);
    if (failing || (admission.kind === 'probe' && signal.aborted)) await this.circuits.failed(provider, admission);
    else if (admission.kind === 'probe') await this.circuits.succeeded(provider);
  }
}

/** The most that the call costs, by the tokens of its prompt and its longest answer. */
function estimateOf({ provider }: ChatClient, { messages }: ModelCall, price: TokenPrice | null): UsageEstimate {
  const { promptTokens } = estimateUsage(messages.map(({ content }) => content).join('\n'), '');
  const completionTokens = provider.maxOutputTokens ?? ASSUMED_OUTPUT_TOKENS;
  const amount = costOf({ promptTokens, completionTokens }, price);
  const cost = price === null || amount === null ? provider.maxCallCost : { amount, currency: price.currency };
  return { promptTokens, completionTokens, cost };
}

/** A budget refused the call, which the next provider may be able to answer. */
function refusalOf(error: unknown): CreationError {
  if (error instanceof CreationError) return error;
  throw error;
}

function toModelAnswer({ provider: { name } }: ChatClient, { text, model, usage }: ChatAnswer, price: TokenPrice | null): ModelAnswer {
  return { text, provider: name, model, ...usage, cost: costOf(usage, price), currency: price?.currency ?? null };
}

/** No provider was called, so the task releases its slot. */
class OpenCircuitError extends CreationError {
  constructor(provider: string, retryAfterMs: number) {
    super('rate_limited', `The provider "${provider}" failed several times in a row and is not asked now.`, { retryAfterMs });
  }
}

function isWorthWaiting(failure: CreationError): failure is CreationError & { retryAfterMs: number } {
  const { code, retryAfterMs } = failure;
  return code === 'rate_limited' && retryAfterMs !== null && retryAfterMs <= LONGEST_WAIT_MS && !(failure instanceof OpenCircuitError);
}

/** Failures that pass, and budgets that open, come before permanent ones, then the shortest wait first. */
function soonest(failures: readonly CreationError[]): CreationError {
  const weight = (failure: CreationError): number =>
    failure.retryable || failure instanceof BudgetExceededError ? (failure.retryAfterMs ?? 0) : Number.POSITIVE_INFINITY;
  const [first] = failures.toSorted((a, b) => weight(a) - weight(b));
  return (
    first ??
    new CreationError('incompatible', 'No provider is configured. Set LLM_BASE_URL, LLM_API_KEY and LLM_MODEL, or CREATOR_LLM_CONFIG.')
  );
}
