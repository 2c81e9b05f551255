import type { InfiniteData } from '@tanstack/react-query';

/** Members of every infinite query: `infiniteQueryOptions({ ...byCursor, queryKey, queryFn: ({ pageParam }) => … })`. */
export const byCursor = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { nextCursor: string | null }): string | undefined => page.nextCursor ?? undefined,
};

export const itemsOf = <T>(data: InfiniteData<{ items: T[] }> | undefined): T[] => data?.pages.flatMap(({ items }) => items) ?? [];
