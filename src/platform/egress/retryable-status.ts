/** Request timeout, too early, too many requests. */
const RETRYABLE_4XX = new Set([408, 425, 429]);

/** The one list of HTTP statuses after which the same request may succeed later. */
export function isRetryableStatus(status: number): boolean {
  return RETRYABLE_4XX.has(status) || status >= 500;
}
