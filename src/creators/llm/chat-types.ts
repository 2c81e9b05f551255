import type { TokenUsage } from './token-usage.ts';

export interface ChatMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

/** The JSON answer that a call requests. The schema is strict: every member is required. */
export interface AnswerSchema {
  name: string;
  schema: Record<string, unknown>;
}

export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  /** Undefined for a text answer. */
  answer?: AnswerSchema;
  signal: AbortSignal;
  /** Called with the length of the text so far. */
  onText?: (characters: number) => void;
}

export interface ChatAnswer {
  text: string;
  model: string;
  usage: TokenUsage;
}
