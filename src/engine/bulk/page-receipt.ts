/** The result of an operation on one page of tasks. */
export interface PageReceipt {
  /** Where the next page begins; null after the last. */
  readonly next: string | null;
}
