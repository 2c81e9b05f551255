import type { Line } from '../../live/log-lines.ts';

/** Lines of the handler are known by their sequence number, which rises by one from 1. */
export interface Numbered extends Line {
  readonly seq: number;
}

interface PlacedLine {
  readonly line: Line;
  /** So many lines of the handler come before it. */
  readonly after: number;
}

export type LogRow = { readonly seq: number } | { readonly line: Line };

/**
 * The rows of a log of which only some lines were read. The engine writes few lines and all of them are known; each takes its place as soon as
 * the lines of the handler on both sides of it were read.
 */
export class LogIndex {
  readonly #placed: readonly PlacedLine[];
  readonly #total: number;

  constructor(total: number, known: ReadonlyMap<number, Numbered>, engine: readonly Line[]) {
    this.#total = total;
    const seqs = [...known.keys()].toSorted((a, b) => a - b);
    this.#placed = engine.flatMap((line): PlacedLine[] => {
      const before = seqs.findLast((seq) => (known.get(seq)?.at ?? '') <= line.at) ?? 0;
      return before === total || known.has(before + 1) ? [{ line, after: before }] : [];
    });
  }

  get length(): number {
    return this.#total + this.#placed.length;
  }

  rowAt(index: number): LogRow {
    const engineBefore = this.#placed.filter(({ after }, nth) => after + nth < index).length;
    const placed = this.#placed[engineBefore];
    if (placed && placed.after + engineBefore === index) return { line: placed.line };
    return { seq: index - engineBefore + 1 };
  }

  indexOf(seq: number): number {
    return seq - 1 + this.#placed.filter(({ after }) => after < seq).length;
  }

  /** The sequence number of the first line of the handler at an index or after it. */
  seqFrom(index: number): number {
    for (let at = index; at < this.length; at++) {
      const row = this.rowAt(at);
      if ('seq' in row) return row.seq;
    }
    return this.#total + 1;
  }
}

export const PAGE_LINES = 500;

/** The pages that hold these lines, as the number of lines before each. */
export function pagesOf(from: number, to: number, total: number): number[] {
  const first = Math.floor((Math.max(1, from) - 1) / PAGE_LINES);
  const last = Math.floor((Math.min(total, to) - 1) / PAGE_LINES);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * PAGE_LINES);
}
