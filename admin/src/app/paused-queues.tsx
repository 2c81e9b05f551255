import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queuesQuery } from '../api/queues.ts';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.tsx';
import css from './paused-queues.module.css';

/** A paused queue is said on every page: work waits there without an error. */
export function PausedQueues() {
  const t = useT();
  const can = useCan();
  const queues = useQuery({ ...queuesQuery, enabled: can('queues:read') });
  const paused = queues.data?.items.filter((queue) => queue.paused).length ?? 0;
  if (paused === 0) return null;
  return (
    <Link to="/queues" className={css.paused}>
      {t.header.paused(paused)}
    </Link>
  );
}
