import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { SystemScheduleView } from '../../api/schema/types.gen.ts';
import { pauseSystem, resumeSystem, systemRunsQuery, systemSchedulesQuery } from '../../api/schedules.ts';
import { usePreferences } from '../../app/preferences.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Moment } from '../../ui/time.tsx';
import { Word } from '../../ui/word.tsx';
import { ScheduleStatus } from './schedule-parts.tsx';
import css from './schedule-panel.module.css';

function Toggle({ schedule: { name, pausedAt, whilePaused } }: { schedule: SystemScheduleView }) {
  const t = useT();
  const act = useAct();
  const { language } = usePreferences();
  const pause = async (): Promise<void> => {
    const question = { title: `${t.actions.pause}: ${name}`, text: whilePaused?.[language] ?? '', action: t.actions.pause };
    if (await confirm(question)) await act(() => pauseSystem(name), t.schedules.pausedNow(name), ['schedules']);
  };
  if (pausedAt === null) {
    return (
      <Button variant="default" onClick={() => void pause()}>
        {t.actions.pause}…
      </Button>
    );
  }
  return (
    <Button onClick={() => void act(() => resumeSystem(name), t.schedules.resumedNow(name), ['schedules'])}>{t.actions.resume}</Button>
  );
}

function Runs({ name }: { name: SystemScheduleView['name'] }) {
  const t = useT();
  const format = useFormat();
  const query = useQuery(systemRunsQuery(name));
  return (
    <Part title={t.schedules.history}>
      <QueryView query={query} rows={3}>
        {({ items }) => (
          <ul className={css.lines}>
            {items.map(({ from, outcome, rounds, failures, longestMs, error }) => (
              <li key={from}>
                <Moment at={from} />
                <span>
                  <Word tone={outcome === 'ok' ? 'good' : 'bad'}>{format.took(longestMs)}</Word>{' '}
                  <span className="quiet">
                    {t.schedules.rounds} {rounds}
                    {failures > 0 && ` · ${t.schedules.failures} ${failures}`} {error}
                  </span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
    </Part>
  );
}

export function SystemPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const { language } = usePreferences();
  const query = useQuery(systemSchedulesQuery);
  const schedule = query.data?.items.find(({ name }) => name === id);
  if (!schedule) return null;
  const { name, description, whilePaused, intervalMs, lastRuns, nextRunAt, pausedAt, pausedBy } = schedule;
  return (
    <SidePanel
      label={name}
      title={name}
      state={<ScheduleStatus status={schedule.status} />}
      actions={schedule.pausable && can('schedules:operate') && <Toggle schedule={schedule} />}
      onClose={onClose}
    >
      <Part>
        <p className={css.rule}>{description[language]}</p>
        {pausedAt !== null && <p>{t.schedules.pausedBy(pausedBy?.name ?? pausedBy?.type ?? '', format.full(pausedAt))}</p>}
      </Part>
      <Facts
        facts={[
          [t.schedules.interval, intervalMs === null ? null : format.took(intervalMs)],
          [t.schedules.lastRound, lastRuns && <Moment key="last" at={lastRuns.until} />],
          [t.schedules.columns.next, nextRunAt && <Moment key="next" at={nextRunAt} />],
          [t.schedules.failures, lastRuns?.failures],
        ]}
      />
      {whilePaused && <Part title={t.schedules.whilePaused}>{whilePaused[language]}</Part>}
      <Runs name={name} />
    </SidePanel>
  );
}
