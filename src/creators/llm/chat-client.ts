import { timerMs } from '../../core/time/timer-ms.ts';
import OpenAI, { APIConnectionError, APIError, APIUserAbortError } from 'openai';
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions';
import { retryAfterMs } from '../../platform/egress/retry-after.ts';
import { isRetryableStatus } from '../../platform/egress/retryable-status.ts';
import { EgressError } from '../../platform/egress/egress-error.ts';
import type { CreationErrorCode } from '../creation-error.ts';
import type { ChatAnswer, ChatRequest } from './chat-types.ts';
import { withoutThinking } from './json-answer.ts';
import type { JsonModes } from './json-modes.ts';
import type { LlmProvider } from './provider-config.ts';
import { type Billing, ProviderError } from './provider-error.ts';
import { estimateUsage, readUsage, type TokenUsage } from './token-usage.ts';

export interface ChatClientOptions {
  fetch: typeof fetch;
  modes: JsonModes;
  /** Time limit of one call. */
  callMs: number;
}

/** Chat completions of one provider, streamed. Every failure is a ProviderError that names the provider and never its key. */
export class ChatClient {
  private readonly openai: OpenAI;
  /** Newer models refuse the first name. */
  private limitName: 'max_tokens' | 'max_completion_tokens' = 'max_tokens';

  constructor(
    readonly provider: LlmProvider,
    private readonly options: ChatClientOptions,
  ) {
    const { baseUrl: baseURL, apiKey } = provider;
    this.openai = new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: options.callMs, fetch: options.fetch, logLevel: 'off' });
  }

  async complete(request: ChatRequest): Promise<ChatAnswer> {
    const deadline = AbortSignal.timeout(timerMs(this.options.callMs));
    const signal = AbortSignal.any([request.signal, deadline]);
    try {
      return await this.stream({ ...request, signal });
    } catch (error) {
      request.signal.throwIfAborted();
      if (error instanceof ProviderError) throw error;
      if (deadline.aborted) throw this.failure('timeout', `gave no complete answer within ${this.options.callMs} ms`, 'unknown', error);
      throw this.explain(error);
    }
  }

  /** Lists the models, which costs nothing. @throws {CreationError} */
  async probe(signal: AbortSignal): Promise<void> {
    try {
      await this.openai.models.list({ signal });
    } catch (error) {
      signal.throwIfAborted();
      throw this.explain(error);
    }
  }

  private async stream({ model, messages, answer, signal, onText }: ChatRequest): Promise<ChatAnswer> {
    const { baseUrl, maxOutputTokens } = this.provider;
    const { modes } = this.options;
    const parameters = {
      model,
      messages: messages as ChatCompletionMessageParam[],
      stream: true,
      stream_options: { include_usage: true },
      ...(maxOutputTokens !== null && { [this.limitName]: maxOutputTokens }),
    } as const;
    let text = '';
    let answeredBy = model;
    let finish: string | null = null;
    let usage: TokenUsage | null = null;
    try {
      const response_format = answer && modes.formatFor(baseUrl, model, answer);
      const chunks = await this.openai.chat.completions.create({ ...parameters, ...(response_format && { response_format }) }, { signal });
      for await (const chunk of chunks) {
        usage = readUsage(chunk.usage) ?? usage;
        if (chunk.model) answeredBy = chunk.model;
        const [choice] = chunk.choices ?? [];
        finish = choice?.finish_reason ?? finish;
        text += choice?.delta?.content ?? ''; // parts with reasoning have a member of their own
        onText?.(text.length);
      }
    } catch (error) {
      const refused =
        error instanceof APIError &&
        (this.renameLimit(error) ||
          (answer !== undefined && modes.downgrade(baseUrl, model, error.status as number | undefined, error.message)));
      if (refused) return this.stream({ model, messages, answer, signal, onText });
      throw error;
    }
    signal.throwIfAborted(); // the client ends an aborted stream as if it were complete
    const used = usage ?? estimateUsage(messages.map(({ content }) => content).join('\n'), text);
    this.checkEnd(finish, text, used);
    return { text: withoutThinking(text), model: answeredBy, usage: used };
  }

  private checkEnd(finish: string | null, text: string, used: TokenUsage): void {
    if (finish === null) throw this.failure('transient', 'ended its answer without a finish_reason: the text is cut off', 'unknown');
    if (finish === 'length') throw this.failure('transient', `cut its answer off ${this.lengthHint()}`, used);
    if (finish === 'content_filter') throw this.failure('rejected_content', 'withheld its answer (content_filter)', used);
    if (withoutThinking(text) === '') throw this.failure('transient', 'answered without a text', used);
  }

  private lengthHint(): string {
    const { maxOutputTokens } = this.provider;
    return maxOutputTokens === null ? 'at its longest length' : `after ${maxOutputTokens} tokens, its maxOutputTokens`;
  }

  private renameLimit({ status, message }: APIError): boolean {
    if (status !== 400 || this.limitName !== 'max_tokens' || !message.includes('max_completion_tokens')) return false;
    this.limitName = 'max_completion_tokens';
    return true;
  }

  private explain(error: unknown): ProviderError {
    if (error instanceof APIError && error.status !== undefined) return this.explainStatus(error);
    const cause = rootOf(error);
    if (cause instanceof EgressError)
      return this.failure(
        cause.code === 'timeout' ? 'timeout' : cause.retryable ? 'transient' : 'incompatible',
        cause.reason,
        cause.sent ? 'unknown' : 'none',
        error,
      );
    if (error instanceof APIError && !(error instanceof APIConnectionError) && !(error instanceof APIUserAbortError))
      return this.failure('transient', `reported an error in its stream: ${this.clean(error.message)}`, 'unknown', error);
    return this.failure('transient', 'broke the connection', 'unknown', error);
  }

  private explainStatus(error: APIError): ProviderError {
    const { message, code, headers } = error;
    const status = error.status as number;
    const said = `answered ${this.clean(message)}`;
    if (status === 402 || code === 'insufficient_quota')
      return this.failure('budget_exceeded', `${said}. Its credit is used up`, 'none', error);
    if (status === 429) {
      const wait = retryAfterMs((headers as Headers | undefined)?.get('retry-after') ?? undefined, Date.now());
      return new ProviderError('rate_limited', `The provider "${this.provider.name}" ${said}`, 'none', {
        retryAfterMs: wait,
        cause: error,
      });
    }
    if (status === 401 || status === 403)
      return this.failure('incompatible', `refused the key of ${this.provider.keyFrom}: ${said}`, 'none', error);
    if (code === 'context_length_exceeded') return this.failure('invalid_input', `${said}. Use fewer or shorter sources`, 'none', error);
    // A gateway that gives up may hide an answer that the provider wrote.
    const billing = status >= 500 || status === 408 ? 'unknown' : 'none';
    return this.failure(isRetryableStatus(status) ? 'transient' : 'incompatible', said, billing, error);
  }

  private failure(code: CreationErrorCode, what: string, billing: Billing, cause?: unknown): ProviderError {
    return new ProviderError(code, `The provider "${this.provider.name}" ${what}.`, billing, { cause });
  }

  /** Providers repeat a part of the key in their errors. */
  private clean(message: string): string {
    return message
      .replaceAll(this.provider.apiKey, '[key]')
      .replaceAll(/\b(?:sk|key)-[\w*.-]{4,}/gi, '[key]')
      .slice(0, 300)
      .replace(/\.$/, '');
  }
}

function rootOf(error: unknown): unknown {
  let root = error;
  for (let depth = 0; depth < 5 && root instanceof Error && !(root instanceof EgressError) && root.cause !== undefined; depth++)
    root = root.cause;
  return root;
}
