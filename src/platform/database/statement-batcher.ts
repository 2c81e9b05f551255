import { isOutage, isTransient } from './transient.ts';

export interface BatcherOptions<Row, Answer> {
  /** Runs one statement for all rows and answers in their order. */
  run(rows: Row[]): Promise<Answer[]>;
  maxRows?: number;
  maxInFlight?: number;
}

interface Waiting<Row, Answer> {
  row: Row;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

const QUICK_MS = 1_000;
/** After this long the rows left share the error of their batch, when that is a passing one. */
const ONE_BY_ONE_MS = 10_000;

/**
 * Rows that arrive together go out as one statement. A batch leaves on the next turn of the event loop, or when one of
 * the statements in flight returns: under load batches grow by themselves, an idle system waits for nothing.
 * When a batch fails its rows are tried one by one, so that a bad row never fails its neighbours. Not in an outage, where no
 * row is bad: 20 rows that each waited 2 s for a connection held up all that came after them for 40 s.
 */
export class StatementBatcher<Row, Answer> {
  private waiting: Waiting<Row, Answer>[] = [];
  private inFlight = 0;
  private scheduled = false;
  private readonly maxRows: number;
  private readonly maxInFlight: number;

  constructor(private readonly options: BatcherOptions<Row, Answer>) {
    this.maxRows = options.maxRows ?? 500;
    this.maxInFlight = options.maxInFlight ?? 2;
  }

  add(row: Row): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ row, resolve, reject });
      this.schedule();
    });
  }

  private schedule(): void {
    if (this.scheduled || this.inFlight >= this.maxInFlight) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      void this.flush();
    });
  }

  private async flush(): Promise<void> {
    const batch = this.waiting.splice(0, this.maxRows);
    if (batch.length === 0) return;
    this.inFlight++;
    if (this.waiting.length > 0) this.schedule();
    try {
      await this.send(batch);
    } finally {
      this.inFlight--;
      if (this.waiting.length > 0) this.schedule();
    }
  }

  private async send(batch: Waiting<Row, Answer>[], again = true): Promise<void> {
    const started = performance.now();
    try {
      const answers = await this.options.run(batch.map((waiting) => waiting.row));
      batch.forEach((waiting, i) => waiting.resolve(answers[i] as Answer));
    } catch (error) {
      // A connection that was lost fails at once, and the next one may be good.
      if (again && isOutage(error) && performance.now() - started < QUICK_MS) return this.send(batch, false);
      if (batch.length === 1 || isOutage(error)) for (const waiting of batch) waiting.reject(error);
      else await this.sendEach(batch, error);
    }
  }

  /** Rows that wait for the same lock, say, may each take as long as the batch did. */
  private async sendEach(batch: Waiting<Row, Answer>[], error: unknown): Promise<void> {
    const until = performance.now() + ONE_BY_ONE_MS;
    for (const waiting of batch) {
      if (isTransient(error) && performance.now() > until) waiting.reject(error);
      else await this.send([waiting], false);
    }
  }
}
