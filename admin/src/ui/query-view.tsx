import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loading, Trouble } from './states.tsx';

/** The parts of a query that decide what is shown. */
type Shown<T> = Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch'>;

/** Loading, trouble, or the data; a failure keeps the older data below its banner. */
export function QueryView<T>({ query, rows, children }: { query: Shown<T>; rows?: number; children: (data: T) => ReactNode }) {
  const { data, error, refetch } = query;
  return (
    <>
      {error && <Trouble error={error} stale={data !== undefined} onRetry={() => void refetch()} />}
      {data !== undefined ? children(data) : !error && <Loading {...(rows !== undefined && { rows })} />}
    </>
  );
}
