import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import { useT } from '../i18n/i18n.tsx';

/** Says what was done or why not. */
export function useNotify(): (message: string, failed?: boolean) => void {
  const t = useT();
  return useCallback(
    (message, failed = false) => {
      notifications.show({
        message,
        ...(failed && { title: t.actions.failed, color: 'red', autoClose: 10_000 }),
        closeButtonProps: { 'aria-label': t.actions.close },
      });
    },
    [t],
  );
}

/**
 * Does something on the server, says how it went, and reads the lists anew that it changed:
 * `await act(() => pauseQueue(name), t.queues.paused(name), ['queues'])`. True when it was done.
 */
export function useAct(): (work: () => Promise<unknown>, done: string, keys: readonly string[]) => Promise<boolean> {
  const client = useQueryClient();
  const notify = useNotify();
  return useCallback(
    async (work, done, keys) => {
      try {
        await work();
      } catch (error) {
        notify((error as Error).message, true);
        return false;
      }
      notify(done);
      await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })));
      return true;
    },
    [client, notify],
  );
}
