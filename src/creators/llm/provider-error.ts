import { CreationError, type CreationErrorCode, type CreationErrorOptions } from '../creation-error.ts';
import type { TokenUsage } from './token-usage.ts';

/** What a failed call cost: nothing, this usage, or possibly all that was reserved. */
export type Billing = 'none' | 'unknown' | TokenUsage;

/** Why a provider gave no usable answer. */
export class ProviderError extends CreationError {
  constructor(
    code: CreationErrorCode,
    message: string,
    readonly billing: Billing,
    options: CreationErrorOptions = {},
  ) {
    super(code, message, options);
  }
}
