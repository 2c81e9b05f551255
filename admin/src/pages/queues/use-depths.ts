import { useState } from 'react';
import type { QueueView } from '../../api/schema/types.gen.ts';

/** Five minutes at one reading in 10 s. */
const KEPT = 30;

/**
 * The numbers of ready tasks since the page was opened. The server keeps none.
 */
export function useDepths(queues: readonly QueueView[] | undefined, readAt: number): ReadonlyMap<string, readonly number[]> {
  const [depths, setDepths] = useState<ReadonlyMap<string, readonly number[]>>(new Map());
  const [seenAt, setSeenAt] = useState(0);
  if (queues && readAt !== seenAt) {
    setSeenAt(readAt);
    setDepths(new Map(queues.map(({ name, submitted }) => [name, [...(depths.get(name) ?? []), submitted].slice(-KEPT)])));
  }
  return depths;
}
