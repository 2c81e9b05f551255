import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';

type Labels<L extends string> = Readonly<Partial<Record<L, string>>>;
export type Reading<L extends string> = readonly [labels: Labels<L>, value: number];

export interface HistogramOptions<L extends string> {
  readonly labels?: readonly L[];
  readonly buckets: readonly number[];
}

/**
 * The metrics of this process, one registry for each application. Components create their own metrics in their constructors; the
 * ops port exposes all of them. The values of a label are known to the process beforehand (names of definitions, queues, pools):
 * never ids, never text of requests.
 */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  /** The content type of `expose`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** A name ends in `_total`. A second metric of one name throws. */
  counter<L extends string = never>(name: string, help: string, labels: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames: labels, registers: [this.registry] });
  }

  histogram<L extends string = never>(name: string, help: string, { labels = [], buckets }: HistogramOptions<L>): Histogram<L> {
    return new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers: [this.registry] });
  }

  /** `read` is called at each scrape; what it does not return any more is not exposed any more. */
  gauge<L extends string = never>(name: string, help: string, labels: readonly L[], read: () => Iterable<Reading<L>>): void {
    const gauge: Gauge<L> = new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      collect: () => {
        gauge.reset();
        for (const [values, value] of read()) gauge.set(values as Record<L, string>, value);
      },
    });
  }

  /** As `gauge`, for a total that something else counts. */
  total<L extends string = never>(name: string, help: string, labels: readonly L[], read: () => Iterable<Reading<L>>): void {
    const counter: Counter<L> = new Counter({
      name,
      help,
      labelNames: labels,
      registers: [this.registry],
      collect: () => {
        counter.reset();
        for (const [values, value] of read()) counter.inc(values as Record<L, string>, value);
      },
    });
  }

  /** All metrics in the text format of Prometheus. */
  expose(): Promise<string> {
    return this.registry.metrics();
  }
}
