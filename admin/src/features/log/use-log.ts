import { infiniteQueryOptions, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { LAST_SEQ, type LogFilter, readLog } from '../../api/logs.ts';
import type { FoundLogPage, LogLine } from '../../api/schema/types.gen.ts';
import { type Line, lineOf, type LogState } from '../../live/log-lines.ts';
import { useLogStream } from '../../live/log-stream.ts';
import { LogIndex, type Numbered, PAGE_LINES, pagesOf } from './log-index.ts';

const TAIL_LINES = 500;
const FOUND_LINES = 500;
const SEARCH_EVERY_MS = 3000;

export interface LogTail {
  readonly tail: readonly LogLine[];
  readonly stream: LogState;
  readonly error: Error | null;
}

/** What has been written when the log is opened: its end is read first, and lines that follow come by the stream. */
export function useLogTail(executionId: string): LogTail {
  const tail = useQuery({
    queryKey: ['logs', executionId, 'tail'],
    queryFn: ({ signal }) => readLog(executionId, { before: LAST_SEQ, limit: TAIL_LINES }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const items = tail.data?.items ?? NONE;
  // Without an answer the stream replays the whole log.
  const after = tail.isSuccess ? (items.at(-1)?.seq ?? 0) : tail.isError ? 0 : null;
  return { tail: items, stream: useLogStream(executionId, after), error: tail.error };
}

const NONE: readonly LogLine[] = [];
const numbered = (line: LogLine): Numbered => ({ ...lineOf(line), seq: line.seq ?? 0 });

async function readPage(executionId: string, after: number, before: number, signal: AbortSignal): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  // The server also ends a page at 1 MiB.
  for (let last = after; last < before; ) {
    const { items, nextAfter, truncated } = await readLog(executionId, { after: last, limit: before - last }, signal);
    lines.push(...items);
    if (!truncated || nextAfter <= last) break;
    last = nextAfter;
  }
  return lines;
}

export interface LogLines {
  readonly index: LogIndex;
  readonly total: number;
  lineOf: (seq: number) => Line | undefined;
  /** Says which lines are visible, so that they are read. */
  show: (from: number, to: number) => void;
}

/** The lines of the whole log, read where the reader looks. */
export function useLogLines(executionId: string, { tail, stream }: LogTail): LogLines {
  const [range, setRange] = useState<readonly [from: number, to: number]>([0, 0]);
  const recent = useMemo(() => {
    const lines = new Map(tail.map((line) => [line.seq ?? 0, numbered(line)]));
    for (const line of stream.lines) if (!line.engine) lines.set(Number(line.key.slice(1)), { ...line, seq: Number(line.key.slice(1)) });
    return lines;
  }, [tail, stream.lines]);
  const total = Math.max(0, ...[...recent.keys()].slice(-1), tail.at(-1)?.seq ?? 0);
  const isMissing = (first: number): boolean => {
    for (let seq = first + 1; seq <= Math.min(total, first + PAGE_LINES); seq++) if (!recent.has(seq)) return true;
    return false;
  };
  const pages = useQueries({
    queries: pagesOf(range[0], range[1], total)
      .filter(isMissing)
      .map((first) => {
        const end = Math.min(total, first + PAGE_LINES);
        return {
          queryKey: ['logs', executionId, 'page', first, end],
          queryFn: ({ signal }: { signal: AbortSignal }) => readPage(executionId, first, end, signal),
          staleTime: Number.POSITIVE_INFINITY,
        };
      }),
    combine: (results) => results.flatMap(({ data }) => data ?? []),
  });
  const known = useMemo(() => {
    const lines = new Map(recent);
    for (const line of pages) lines.set(line.seq ?? 0, numbered(line));
    return lines;
  }, [recent, pages]);
  const index = useMemo(
    () =>
      new LogIndex(
        total,
        known,
        stream.lines.filter(({ engine }) => engine),
      ),
    [total, known, stream.lines],
  );
  const show = (from: number, to: number): void => {
    if (from !== range[0] || to !== range[1]) setRange([from, to]);
  };
  return { index, total, lineOf: (seq) => known.get(seq), show };
}

/** What matches, searched by the server in the whole log, page by page; lines of the engine are all here. */
export function useFoundLines(executionId: string, filter: LogFilter, stream: LogState, enabled: boolean) {
  const query = useInfiniteQuery({
    ...infiniteQueryOptions({
      queryKey: ['logs', executionId, 'found', filter],
      initialPageParam: 0,
      queryFn: ({ pageParam, signal }) => readLog(executionId, { ...filter, after: pageParam, limit: FOUND_LINES }, signal),
      getNextPageParam: (page: FoundLogPage) => (page.truncated ? page.nextAfter : undefined),
    }),
    enabled,
    refetchInterval: stream.ended ? false : SEARCH_EVERY_MS,
    placeholderData: (previous) => previous,
  });
  const found = useMemo(() => {
    const lines: Line[] = (query.data?.pages ?? []).flatMap(({ items }) => items).map(numbered);
    const last = query.hasNextPage ? (lines.at(-1)?.at ?? '') : null;
    const { level, q } = filter;
    const engine = stream.lines.filter(
      (line) =>
        line.engine &&
        (last === null || line.at <= last) &&
        (level?.includes(line.level) ?? true) &&
        (q === undefined || line.message.toLowerCase().includes(q.toLowerCase())),
    );
    return { lines: [...lines, ...engine].toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)), engine: engine.length };
  }, [query.data, query.hasNextPage, stream.lines, filter]);
  return { query, lines: found.lines, count: (query.data?.pages[0]?.matches ?? 0) + found.engine };
}
