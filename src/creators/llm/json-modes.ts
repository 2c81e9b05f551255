import type { ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { AnswerSchema } from './chat-types.ts';

export type ResponseFormat = ChatCompletionCreateParamsStreaming['response_format'];

const MODES: readonly ((answer: AnswerSchema) => ResponseFormat)[] = [
  ({ name, schema }) => ({ type: 'json_schema', json_schema: { name, schema, strict: true } }),
  () => ({ type: 'json_object' }),
  () => undefined,
];

/** Statuses and words with which endpoints refuse a `response_format`. */
const REFUSING_STATUSES: ReadonlySet<number> = new Set([400, 404, 415, 422, 501]);
const REFUSAL = /response_format|json_schema|json_object|json mode|structured/i;

/**
 * The ways to request JSON: json_schema, then json_object, then plain text, each with the schema in the prompt. A mode that an
 * endpoint refused is remembered for its base URL and model.
 */
export class JsonModes {
  private readonly modes = new Map<string, number>();

  formatFor(baseUrl: string, model: string, answer: AnswerSchema): ResponseFormat {
    return MODES[this.modeOf(baseUrl, model)]?.(answer);
  }

  /** Returns true when the error refuses the present mode and a simpler one is left. */
  downgrade(baseUrl: string, model: string, status: number | undefined, message: string): boolean {
    const mode = this.modeOf(baseUrl, model);
    if (mode >= MODES.length - 1 || status === undefined || !REFUSING_STATUSES.has(status) || !REFUSAL.test(message)) return false;
    this.modes.set(`${baseUrl} ${model}`, mode + 1);
    return true;
  }

  private modeOf(baseUrl: string, model: string): number {
    return this.modes.get(`${baseUrl} ${model}`) ?? 0;
  }
}
