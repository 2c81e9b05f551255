/**
 * Keeps the tickets in Redis as many as the tasks that are ready. Tickets of one queue are alike: a claim takes the best
 * tasks, not those on the tickets at hand, so what counts is how many were taken of each. A process that claimed more
 * than its tickets name owes the difference and takes as many from Redis; one whose slots are full and whose tickets
 * name more than it claimed rings again for the rest. Between processes this is a rule of thumb: one ticket too many costs
 * an empty claim, one too few a poll interval.
 */
export class TicketLedger {
  /** Tasks on tickets at hand that no claim has answered. */
  private news = 0;
  /** Tasks claimed whose tickets are still in Redis. */
  private debt = 0;

  get atHand(): number {
    return this.news;
  }

  get owed(): number {
    return this.debt;
  }

  /** A ticket was taken from Redis. `payable` of its `ids` may pay what is owed; answers how many are news. */
  fetched(ids: number, payable: number): number {
    const paid = Math.min(payable, this.debt);
    this.debt -= paid;
    this.news += ids - paid;
    return ids - paid;
  }

  /** Redis has no more tickets: what is owed went another way. */
  drained(): void {
    this.debt = 0;
  }

  /** Answers how many tasks the tickets at hand name; whatever is fetched from now on is news for the next claim. */
  beginClaim(): number {
    const seen = this.news;
    this.news = 0;
    return seen;
  }

  /** Answers for how many tasks to ring again. When fewer than `limit` were claimed nothing more was ready. */
  endClaim(seen: number, claimed: number, limit: number): number {
    const tooMany = seen - claimed;
    if (tooMany > 0 && claimed === limit) return tooMany;
    this.debt = Math.max(0, this.debt - tooMany);
    return 0;
  }
}
