import { useQuery } from '@tanstack/react-query';
import type { FiringView, ScheduleView, SystemScheduleView } from '../../api/schema/types.gen.ts';
import { firingsQuery } from '../../api/schedules.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { Strip, type StripTone } from '../../ui/strip.tsx';
import { type Tone, Word } from '../../ui/word.tsx';

type Status = ScheduleView['status'] | SystemScheduleView['status'];

const TONES: Record<Status, Tone> = { active: 'good', running: 'good', paused: 'warn', finished: 'quiet', unknown: 'quiet' };

export function ScheduleStatus({ status }: { status: Status }) {
  const t = useT();
  return <Word tone={TONES[status]}>{t.schedules.status[status]}</Word>;
}

/** How a firing came out: by its execution where it has one. */
function firingTone({ outcome, executionStatus }: Pick<FiringView, 'outcome' | 'executionStatus'>): StripTone {
  if (outcome === 'skipped' || outcome === 'noted') return 'skipped';
  if (outcome === 'failed' || executionStatus === 'failed' || executionStatus === 'timeout') return 'failed';
  return executionStatus === null || executionStatus === 'completed' || executionStatus === 'cancelled' ? 'quiet' : 'open';
}

/** The last 30 firings, oldest first. */
export function FiringStrip({ id }: { id: string }) {
  const t = useT();
  const format = useFormat();
  const { data } = useQuery(firingsQuery(id));
  if (!data || data.items.length === 0) return null;
  const items = data.items.toReversed().map((firing, index) => ({
    key: `${firing.dueAt}-${index}`,
    tone: firingTone(firing),
    title: `${format.full(firing.dueAt)} · ${t.schedules.outcomes[firing.outcome] ?? firing.outcome}`,
  }));
  return <Strip items={items} label={t.schedules.columns.last} />;
}
