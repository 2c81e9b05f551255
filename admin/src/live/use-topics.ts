import { useEffect, useId } from 'react';
import { events } from './event-stream.ts';
import type { Topic } from './topics.ts';

/** The topics of the shared stream while the calling component is shown; other components add theirs. */
export function useTopics(topics: readonly Topic[]): void {
  const id = useId();
  const key = topics.join();
  useEffect(() => {
    events.want(id, key === '' ? [] : (key.split(',') as Topic[]));
    return () => events.want(id, []);
  }, [id, key]);
}
