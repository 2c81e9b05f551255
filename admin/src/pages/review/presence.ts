import { useQuery } from '@tanstack/react-query';
import { setPresence } from '../../api/contents.ts';
import type { ContentReader } from '../../api/schema/types.gen.ts';
import { useCan } from '../../session/session.tsx';

/** The server forgets a reader after 30 seconds. */
const REPEAT_MS = 20_000;

/** Tells the others that this content is read here, and returns who else reads it. */
export function usePresence(id: string | undefined): readonly ContentReader[] {
  const can = useCan();
  const { data } = useQuery({
    queryKey: ['presence', id],
    queryFn: () => setPresence(id ?? ''),
    enabled: id !== undefined && can('content:comment'),
    refetchInterval: REPEAT_MS,
    retry: false,
  });
  return data?.items ?? [];
}
