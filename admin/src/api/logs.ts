import { addressOf, call } from './client.ts';
import type { ExecutionsListLogsData, FoundLogPage } from './schema/types.gen.ts';

type LogQuery = NonNullable<ExecutionsListLogsData['query']>;
export type LogFilter = Pick<LogQuery, 'level' | 'q'>;

/** The largest sequence number: `before` it are the last lines. */
export const LAST_SEQ = 2_147_483_647;

export const readLog = (executionId: string, query: LogQuery, signal?: AbortSignal): Promise<FoundLogPage> =>
  call<ExecutionsListLogsData, FoundLogPage>('GET', '/executions/{executionId}/logs', {
    path: { executionId },
    query,
    ...(signal && { signal }),
  });

/** The whole log, or all lines that match, as a text file. */
export const logFileAddress = (executionId: string, filter: LogFilter): string =>
  addressOf('/executions/{executionId}/logs.txt', { executionId }, filter);
