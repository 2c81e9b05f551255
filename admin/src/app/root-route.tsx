import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext } from '@tanstack/react-router';
import { NotFound, Trouble } from '../ui/states.tsx';
import { present, type RawSearch, textOf } from './search-params.ts';
import { Shell } from './shell.tsx';

/** The drawer that opens over any page, and what it starts with. */
export interface GenerateSearch {
  generate?: string;
  topic?: string;
  account?: string;
  /** The local time of a free slot of the account. */
  at?: string;
}

function generateSearch(raw: RawSearch): GenerateSearch {
  if (raw.generate === undefined) return {};
  return present({ generate: '1', topic: textOf(raw.topic), account: textOf(raw.account), at: slotOf(raw.at) }) as GenerateSearch;
}

function slotOf(raw: unknown): string | undefined {
  const text = textOf(raw);
  return text !== undefined && /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/.test(text) ? text : undefined;
}

interface RouterContext {
  queries: QueryClient;
}

/** The parent of every page. */
export const rootRoute = createRootRouteWithContext<RouterContext>()({
  validateSearch: generateSearch,
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <Trouble error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />,
});
