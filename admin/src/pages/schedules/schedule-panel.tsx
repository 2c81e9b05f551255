import { Button, Menu } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { FiringView, ScheduleView } from '../../api/schema/types.gen.ts';
import { deleteSchedule, firingsQuery, pauseSchedule, resumeSchedule, runSchedule, scheduleQuery, skipNext } from '../../api/schedules.ts';
import { usePreferences } from '../../app/preferences.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { JsonView } from '../../ui/json-view.tsx';
import { Facts, Part, SidePanel } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Moment } from '../../ui/time.tsx';
import { Backfill } from './backfill.tsx';
import { ScheduleStatus } from './schedule-parts.tsx';
import css from './schedule-panel.module.css';

function Actions({ schedule, onBackfill, onDeleted }: { schedule: ScheduleView; onBackfill: () => void; onDeleted: () => void }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const { id, name, status, declared } = schedule;
  const remove = async (): Promise<void> => {
    const question = { title: t.schedules.deleteQuestion(name), text: t.schedules.deleteText, action: t.actions.remove, danger: true };
    if ((await confirm(question)) && (await act(() => deleteSchedule(schedule), t.schedules.deleted(name), ['schedules']))) onDeleted();
  };
  const toggle = (): void =>
    void (status === 'paused'
      ? act(() => resumeSchedule(id), t.schedules.resumedNow(name), ['schedules'])
      : act(() => pauseSchedule(id), t.schedules.pausedNow(name), ['schedules']));
  return (
    <>
      {can('schedules:operate') && (
        <>
          <Button onClick={() => void act(() => runSchedule(id), t.schedules.ran(name), ['schedules', 'executions'])}>
            {t.schedules.runNow}
          </Button>
          {status !== 'finished' && (
            <Button variant="default" onClick={toggle}>
              {status === 'paused' ? t.actions.resume : t.actions.pause}
            </Button>
          )}
        </>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" aria-label={t.nav.more}>
            …
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {can('schedules:operate') && (
            <>
              <Menu.Item onClick={() => void act(() => skipNext(schedule), t.schedules.skipped(name), ['schedules'])}>
                {t.schedules.skip}
              </Menu.Item>
              <Menu.Item onClick={onBackfill}>{t.schedules.backfill}…</Menu.Item>
            </>
          )}
          {can('schedules:edit') && !declared && <Menu.Item onClick={() => void remove()}>{t.actions.remove}…</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

function FiringLine({ firing }: { firing: FiringView }) {
  const t = useT();
  const format = useFormat();
  const { dueAt, outcome, reason, detail, executionId, executionStatus, lateMs } = firing;
  const words = executionStatus === null ? t.schedules.outcomes[outcome] : t.state[executionStatus];
  return (
    <li>
      <Moment at={dueAt} />
      <span>
        {executionId === null ? (
          words
        ) : (
          <Link to="/executions/$executionId" params={{ executionId }}>
            {words}
          </Link>
        )}{' '}
        <span className="quiet">
          {[reason, detail].filter(Boolean).join(': ')} {lateMs !== null && lateMs > 1000 && t.schedules.late(format.took(lateMs))}
        </span>
      </span>
    </li>
  );
}

function Body({ schedule }: { schedule: ScheduleView }) {
  const t = useT();
  const format = useFormat();
  const { language } = usePreferences();
  const history = useQuery(firingsQuery(schedule.id));
  const { pausedAt, pausedBy, trigger, next, jitterSeconds } = schedule;
  return (
    <>
      <Part>
        <p className={css.rule}>{schedule.description[language]}</p>
        {trigger.expression !== undefined && <code className="mono">{trigger.expression}</code>}
        {pausedAt !== null && <p>{t.schedules.pausedBy(pausedBy?.name ?? pausedBy?.type ?? '', format.full(pausedAt))}</p>}
        {schedule.declared && <p className="quiet">{t.schedules.declared}</p>}
      </Part>
      <Facts
        facts={[
          [t.schedules.columns.task, schedule.taskName],
          [t.schedules.zone, schedule.timeZone],
          [t.schedules.overlap, schedule.overlap],
          [t.schedules.misfire, schedule.misfire],
          [t.schedules.jitter, jitterSeconds > 0 ? format.took(jitterSeconds * 1000) : null],
          [t.run.facts.by, schedule.createdBy.name ?? schedule.createdBy.type],
        ]}
      />
      {next.length > 0 && (
        <Part title={t.schedules.nextFive}>
          <ul className={css.lines}>
            {next.map((at) => (
              <li key={at}>
                <Moment at={at} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title={t.schedules.history}>
        <QueryView query={history} rows={3}>
          {({ items }) =>
            items.length === 0 ? (
              <span className="quiet">{t.schedules.noHistory}</span>
            ) : (
              <ul className={css.lines}>
                {items.map((firing) => (
                  <FiringLine key={`${firing.dueAt}-${firing.at}-${firing.kind}`} firing={firing} />
                ))}
              </ul>
            )
          }
        </QueryView>
      </Part>
      <Part title={t.schedules.params}>
        <JsonView value={schedule.params} label={t.schedules.params} />
      </Part>
    </>
  );
}

export function SchedulePanel({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(scheduleQuery(id));
  const schedule = query.data;
  const [filling, setFilling] = useState(false);
  return (
    <SidePanel
      label={schedule?.name ?? id}
      title={schedule?.name}
      state={schedule && <ScheduleStatus status={schedule.status} />}
      actions={schedule && <Actions schedule={schedule} onBackfill={() => setFilling(true)} onDeleted={onClose} />}
      onClose={onClose}
    >
      <QueryView query={query}>{(data) => <Body schedule={data} />}</QueryView>
      {schedule && <Backfill schedule={schedule} opened={filling} onClose={() => setFilling(false)} />}
    </SidePanel>
  );
}
