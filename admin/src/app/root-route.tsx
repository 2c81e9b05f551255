import { createRootRoute } from '@tanstack/react-router';
import { NotFound, Trouble } from '../ui/states.tsx';
import { present, type RawSearch, textOf } from './search-params.ts';
import { Shell } from './shell.tsx';

/** The drawer that opens over any page, and what it starts with. */
export interface GenerateSearch {
  generate?: string;
  topic?: string;
  account?: string;
}

function generateSearch(raw: RawSearch): GenerateSearch {
  if (raw.generate === undefined) return {};
  return present({ generate: '1', topic: textOf(raw.topic), account: textOf(raw.account) }) as GenerateSearch;
}

/** The parent of every page. */
export const rootRoute = createRootRoute({
  validateSearch: generateSearch,
  component: Shell,
  notFoundComponent: NotFound,
  errorComponent: ({ error, reset }) => <Trouble error={error instanceof Error ? error : new Error(String(error))} onRetry={reset} />,
});
