import { useCallback, useSyncExternalStore } from 'react';

/** What this browser keeps of a list: the view it opens with, and the columns that are shown. */
export interface ListChoice {
  readonly defaultView?: string | undefined;
  readonly columns?: readonly string[] | undefined;
}

const KEY = 'contenthub.lists';
const listeners = new Set<() => void>();

function stored(): Record<string, ListChoice> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, ListChoice>;
  } catch {
    return {};
  }
}

let current: Record<string, ListChoice> | undefined;
const NONE: ListChoice = {};
const choiceOf = (page: string): ListChoice => (current ??= stored())[page] ?? NONE;

function keep(page: string, change: ListChoice): void {
  current = { ...current, [page]: { ...choiceOf(page), ...change } };
  try {
    localStorage.setItem(KEY, JSON.stringify(current));
  } catch {
    // A browser that stores nothing keeps the choice until the page is closed.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useListChoice(page: string): readonly [ListChoice, (change: ListChoice) => void] {
  const choice = useSyncExternalStore(subscribe, () => choiceOf(page));
  return [choice, useCallback((change: ListChoice) => keep(page, change), [page])];
}
