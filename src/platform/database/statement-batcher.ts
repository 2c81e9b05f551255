import { timerMs } from '../../core/time/timer-ms.ts';
import { currentTraceContext } from '../telemetry/tracing/trace-scope.ts';
import { isTracing, type Span, startLinkedSpan } from '../telemetry/tracing/tracing.ts';
import { isOutage, isTransient } from './transient.ts';

export interface BatcherOptions<Row, Answer> {
  /** Runs one statement for all rows and returns the answers in order. */
  run(rows: Row[]): Promise<Answer[]>;
  maxRows?: number;
  maxInFlight?: number;
  /** Bytes of a row, where rows may be large: a batch ends before it exceeds 8 MB. */
  sizeOf?(this: void, row: Row): number;
  /** Called with the number of rows of each batch. */
  onBatch?(this: void, rows: number): void;
  /**
   * A batch that fails with a transient error is repeated until its oldest row has waited this long. Without it, `run`
   * itself repeats.
   */
  repeatMs?: number;
  /** Name of the span of each statement, linked to the spans of its rows. Default: none. */
  span?: string;
}

interface Waiting<Row, Answer> {
  row: Row;
  since: number;
  /** Of the span that waits for the row; null when it is not recorded. */
  traceContext: string | null;
  resolve(answer: Answer): void;
  reject(error: unknown): void;
}

/** PostgreSQL accepts 1 GB, but the text of a statement is copied several times on its way. */
const MAX_BYTES = 8 * 1_048_576;
const QUICK_MS = 1_000;
/** An attempt during an outage ends this long after `repeatMs`, although a connection may take 2 s to fail. */
const LAST_TRY_MS = 300;

/**
 * Combines simultaneous rows into one statement. A batch leaves on the next turn of the event loop, or when a
 * statement in flight returns: under load batches grow, an idle system does not wait. When a batch fails, its rows are
 * tried one by one, so that a bad row never fails its neighbours. Not after a transient error, where no row is bad:
 * the batch is rejected as a whole. 20 rows that each waited 2 s for a connection delayed all later rows by 40 s.
 */
export class StatementBatcher<Row, Answer> {
  private waiting: Waiting<Row, Answer>[] = [];
  private inFlight = 0;
  private scheduled = false;
  private outage: { error: unknown; at: number } | undefined;
  private readonly maxRows: number;
  private readonly maxInFlight: number;

  constructor(private readonly options: BatcherOptions<Row, Answer>) {
    this.maxRows = options.maxRows ?? 500;
    this.maxInFlight = options.maxInFlight ?? 2;
  }

  add(row: Row): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const traceContext = this.options.span !== undefined && isTracing() ? currentTraceContext() : null;
      this.waiting.push({ row, since: performance.now(), traceContext, resolve, reject });
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
    const batch = this.waiting.splice(0, this.rowsOfNext());
    if (batch.length === 0) return;
    this.inFlight++;
    this.options.onBatch?.(batch.length);
    if (this.waiting.length > 0) this.schedule();
    try {
      await this.send(batch);
    } finally {
      this.inFlight--;
      if (this.waiting.length > 0) this.schedule();
    }
  }

  /** A row that is larger than a batch is sent alone. */
  private rowsOfNext(): number {
    const { sizeOf } = this.options;
    const most = Math.min(this.maxRows, this.waiting.length);
    if (!sizeOf) return most;
    let bytes = 0;
    for (let rows = 0; rows < most; rows++) {
      bytes += sizeOf((this.waiting[rows] as Waiting<Row, Answer>).row);
      if (bytes > MAX_BYTES) return Math.max(rows, 1);
    }
    return most;
  }

  private async send(batch: Waiting<Row, Answer>[]): Promise<void> {
    const error = await this.tryAll(batch);
    if (error === undefined) return;
    if (batch.length === 1 || isTransient(error.thrown)) reject(batch, error.thrown);
    else await this.sendEach(batch);
  }

  private async sendEach(batch: Waiting<Row, Answer>[]): Promise<void> {
    for (const [i, waiting] of batch.entries()) {
      const error = await this.tryAll([waiting]);
      if (!error) continue;
      if (isTransient(error.thrown)) return reject(batch.slice(i), error.thrown);
      waiting.reject(error.thrown);
    }
  }

  /** Undefined once all rows have their answers. */
  private async tryAll(batch: Waiting<Row, Answer>[]): Promise<{ thrown: unknown } | undefined> {
    const rows = batch.map(({ row }) => row);
    const span = this.spanOf(batch);
    const failure = await this.repeat(batch, rows);
    if (failure) span?.fail(failure.thrown);
    span?.end();
    return failure;
  }

  /** In the trace of the first row that is recorded, with links to the others. Undefined when none is. */
  private spanOf(batch: Waiting<Row, Answer>[]): Span | undefined {
    if (this.options.span === undefined || !isTracing()) return undefined;
    const contexts = batch.map(({ traceContext }) => traceContext);
    return startLinkedSpan(this.options.span, contexts, { kind: 'client', attributes: { 'db.operation.batch.size': batch.length } });
  }

  private async repeat(batch: Waiting<Row, Answer>[], rows: Row[]): Promise<{ thrown: unknown } | undefined> {
    for (let tries = 0; ; tries++) {
      const started = performance.now();
      try {
        const answers = await this.runInTime(rows, (batch[0] as Waiting<Row, Answer>).since);
        batch.forEach((waiting, i) => waiting.resolve(answers[i] as Answer));
        this.outage = undefined;
        return undefined;
      } catch (thrown) {
        if (isOutage(thrown)) this.outage = { error: thrown, at: performance.now() };
        const pause = this.pauseBeforeRepeat(thrown, tries, performance.now() - started, batch[0] as Waiting<Row, Answer>);
        if (pause === undefined) return { thrown };
        if (pause > 0) await new Promise((ok) => setTimeout(ok, timerMs(pause)));
      }
    }
  }

  private pauseBeforeRepeat(error: unknown, tries: number, tookMs: number, { since }: Waiting<Row, Answer>): number | undefined {
    const { repeatMs } = this.options;
    if (!isTransient(error)) return undefined;
    // a lost connection fails at once, and the next one may work
    if (repeatMs === undefined) return tries === 0 && isOutage(error) && tookMs < QUICK_MS ? 0 : undefined;
    const pause = Math.min(1_000, 20 * 2 ** tries) * (0.5 + Math.random() / 2);
    return performance.now() + pause - since <= repeatMs ? pause : undefined;
  }

  /** During a known outage, an attempt ends in time for its oldest row. The statement may still run: rows are safe to repeat. */
  private async runInTime(rows: Row[], since: number): Promise<Answer[]> {
    const { repeatMs } = this.options;
    const { outage } = this;
    if (repeatMs === undefined || !outage || performance.now() - outage.at > repeatMs) return this.options.run(rows);
    const left = since + repeatMs + LAST_TRY_MS - performance.now();
    if (left <= 0) throw outage.error;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(outage.error as Error), timerMs(left));
    });
    return Promise.race([this.options.run(rows), late]).finally(() => clearTimeout(timer));
  }
}

function reject<Row, Answer>(batch: Waiting<Row, Answer>[], error: unknown): void {
  for (const waiting of batch) waiting.reject(error);
}

/** For `sizeOf`. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '');
