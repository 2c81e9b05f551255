import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { accountsQuery } from '../../api/accounts.ts';
import { contentCountsQuery, countOf } from '../../api/contents.ts';
import { contentTasksQuery, FAILED_TASKS, OPEN_TASKS } from '../../api/content-tasks.ts';
import { entriesQuery } from '../../api/pool.ts';
import { events } from '../../live/event-stream.ts';
import { isFinal } from '../../live/patches.ts';
import { DAYS_AHEAD, findGaps } from './gaps.ts';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** Several tasks that end together are read once. */
const SETTLE_MS = 800;
/** One more than the week, because the days of accounts end at other times. */
const AHEAD_MS = (DAYS_AHEAD + 1) * DAY_MS;

/** Everything the page says. Each list is read by itself, so that the failure of one does not hide the others. */
export function useToday() {
  // Full hours, so that the address of the query does not change with every render.
  const [hour] = useState(() => Math.floor(Date.now() / HOUR_MS) * HOUR_MS);
  const iso = (ms: number): string => new Date(ms).toISOString();
  const accounts = useQuery(accountsQuery);
  const counts = useQuery(contentCountsQuery());
  const open = useQuery(contentTasksQuery(OPEN_TASKS));
  const failed = useQuery(contentTasksQuery(FAILED_TASKS));
  const stuck = useQuery(entriesQuery({ status: ['failed', 'outcome_unknown'] }));
  const planned = useQuery(entriesQuery({ from: iso(hour - DAY_MS), before: iso(hour + AHEAD_MS) }));
  useRereadAtEnds([open.refetch, failed.refetch, counts.refetch]);
  const now = Math.max(planned.dataUpdatedAt, failed.dataUpdatedAt);
  const queries = [accounts, counts, open, failed, stuck, planned];
  return {
    accounts: accounts.data,
    counts: counts.data,
    toReview: countOf(counts.data, 'pending_review') ?? 0,
    open: open.data ?? [],
    failed: (failed.data ?? []).filter(({ completedAt }) => completedAt !== null && now - Date.parse(completedAt) < 7 * DAY_MS),
    stuck: stuck.data?.items ?? [],
    published: (planned.data?.items ?? []).filter(({ publishedAt }) => publishedAt !== null && now - Date.parse(publishedAt) < DAY_MS)
      .length,
    gaps: accounts.data && planned.data ? findGaps(accounts.data, planned.data.items, now) : [],
    error: queries.find(({ error }) => error !== null)?.error ?? null,
    pending: queries.some(({ isPending }) => isPending),
    refetch: () => queries.forEach((query) => void query.refetch()),
  };
}

export type TodayFacts = ReturnType<typeof useToday>;

function useRereadAtEnds(reads: readonly (() => unknown)[]): void {
  const latest = useRef(reads);
  useEffect(() => {
    latest.current = reads;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = events.watch(({ status, attempt }) => {
      if (!isFinal(status) && attempt > 1) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        for (const read of latest.current) read();
      }, SETTLE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, []);
}
