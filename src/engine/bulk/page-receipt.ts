/** What was done to one page. */
export interface PageReceipt {
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}
