/** A request that must be rejected, and what the answer must contain. */
export interface Refusal {
  method?: string;
  path: string;
  /** A string is sent unchanged. */
  body?: unknown;
  headers?: Record<string, string>;
  status: number;
  code: string;
  pointer?: string;
  /** Words that the detail must contain. */
  hint?: string;
}

export type Refusals = Record<string, Refusal>;

export const UNKNOWN_ID = '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f';
