import { estimateTokenCount } from 'tokenx';

export interface TokenUsage {
  promptTokens: number;
  completionTokens: number;
  /** The provider reported no usage. */
  estimated: boolean;
}

/** Prices for a million tokens. */
export interface TokenPrice {
  input: number;
  output: number;
  currency: string;
}

/** The usage as a provider reports it, in either case (`prompt_tokens`, `promptTokens`); null without two whole numbers. */
export function readUsage(reported: unknown): TokenUsage | null {
  if (typeof reported !== 'object' || reported === null) return null;
  const numberOf = (...names: string[]): number | null => {
    const value: unknown = names.map((name) => Reflect.get(reported, name) as unknown).find((each) => each !== undefined);
    return typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null;
  };
  const promptTokens = numberOf('prompt_tokens', 'promptTokens', 'input_tokens');
  const completionTokens = numberOf('completion_tokens', 'completionTokens', 'output_tokens');
  return promptTokens === null || completionTokens === null ? null : { promptTokens, completionTokens, estimated: false };
}

/** For a call without reported usage: 5 to 16 % too high rather than too low. */
export function estimateUsage(prompt: string, completion: string): TokenUsage {
  return { promptTokens: estimateTokenCount(prompt), completionTokens: estimateTokenCount(completion), estimated: true };
}

/** Null when the price is unknown: never 0 and never NaN. */
export function costOf({ promptTokens, completionTokens }: Omit<TokenUsage, 'estimated'>, price: TokenPrice | null): number | null {
  return price === null ? null : (promptTokens * price.input + completionTokens * price.output) / 1_000_000;
}
