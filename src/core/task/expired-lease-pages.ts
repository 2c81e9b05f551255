/**
 * Which page of the expired leases to look at. A page is looked at until its leases could be confirmed and rescued, then the next
 * one, so that leases which cannot be rescued (their rows are locked) do not hide the others. The first page follows the last.
 */
export class ExpiredLeasePages {
  private last: string | undefined;
  private firstLookMs: number | undefined;

  constructor(
    private readonly pageRows: number,
    private readonly confirmMs: number,
  ) {}

  /** The page begins after this id; undefined for the first page. */
  get after(): string | undefined {
    return this.last;
  }

  /** Call this after each look. `nowMs` is monotonic. */
  looked(rows: readonly { id: string }[], nowMs: number): void {
    this.firstLookMs ??= nowMs;
    const isConfirmed = nowMs - this.firstLookMs >= this.confirmMs;
    if (rows.length > 0 && !isConfirmed) return;
    this.last = rows[this.pageRows - 1]?.id; // none on the last page
    this.firstLookMs = undefined;
  }

  /** Call this after a failed look: the leases of the page are confirmed anew. */
  reset(): void {
    this.firstLookMs = undefined;
  }
}
