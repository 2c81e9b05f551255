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

/**
 * Rows that arrive together go out as one statement. A batch leaves on the next turn of the event loop, or when one of
 * the statements in flight returns: under load batches grow by themselves, an idle system waits for nothing.
 * When a batch fails its rows are tried one by one, so that a bad row never fails its neighbours.
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

  private async send(batch: Waiting<Row, Answer>[]): Promise<void> {
    try {
      const answers = await this.options.run(batch.map((waiting) => waiting.row));
      batch.forEach((waiting, i) => waiting.resolve(answers[i] as Answer));
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(error);
      else for (const waiting of batch) await this.send([waiting]);
    }
  }
}
