import { useSyncExternalStore } from 'react';

/** One timer for every "3 s ago" of the page. */
let now = Date.now();
const listeners = new Set<() => void>();

setInterval(() => {
  now = Date.now();
  for (const listener of listeners) listener();
}, 1000);

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
