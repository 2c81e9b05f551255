import { Button, Checkbox, Group, Modal, NumberInput, SegmentedControl } from '@mantine/core';
import { useState } from 'react';
import type { PoolEntryView } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { localOf } from '../../features/pool/days.ts';
import { inMoveOrder, shiftPlan } from '../../features/pool/shift.ts';
import type { PoolActs } from '../../features/pool/use-pool-acts.ts';
import { useT } from '../../i18n/i18n.tsx';
import css from './shift-dialog.module.css';

const MINUTES = { days: 24 * 60, hours: 60 } as const;
type Unit = keyof typeof MINUTES;

interface Props {
  /** Those of the shown days. */
  entries: readonly PoolEntryView[];
  accounts: readonly AccountView[];
  acts: PoolActs;
  now: number;
  onClose: () => void;
}

/** Entries that hold a time, which others must keep clear of. */
const HOLDS: readonly PoolEntryView['status'][] = ['pending', 'publishing', 'published', 'outcome_unknown'];

/** Moves many entries by days or hours, and says before which rules of the accounts that breaks. */
export function ShiftDialog({ entries, accounts, acts, now, onClose }: Props) {
  const t = useT();
  const format = useDayFormat();
  const movable = entries.filter(({ status }) => status === 'pending').toSorted((a, b) => a.scheduledLocal.localeCompare(b.scheduledLocal));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [by, setBy] = useState<number | string>(1);
  const [unit, setUnit] = useState<Unit>('days');
  const [busy, setBusy] = useState(false);
  const minutes = Math.trunc(Number(by)) * MINUTES[unit];
  const chosen = movable.filter(({ id }) => !left.has(id));
  const nowOf = (accountId: string): string => localOf(now, accounts.find(({ id }) => id === accountId)?.timeZone ?? 'UTC');
  const plan = shiftPlan(chosen, minutes, { accounts, entries: entries.filter(({ status }) => HOLDS.includes(status)), nowOf });
  const planned = new Map(plan.map((one) => [one.entry.id, one]));
  const conflicts = plan.filter((one) => one.conflicts.length > 0).length;
  const toggle = (id: string): void => {
    const next = new Set(left);
    if (!next.delete(id)) next.add(id);
    setLeft(next);
  };
  const run = async (): Promise<void> => {
    setBusy(true);
    if (await acts.moveMany(inMoveOrder(plan, minutes))) onClose();
    setBusy(false);
  };
  return (
    <Modal opened onClose={onClose} title={t.calendar.shiftTitle} size="xl" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <Group align="flex-end" gap="xs">
        <NumberInput
          label={t.calendar.shiftBy}
          description={t.calendar.shiftHint}
          value={by}
          onChange={setBy}
          allowDecimal={false}
          min={-366}
          max={366}
          w={240}
          data-autofocus
        />
        <SegmentedControl
          aria-label={t.calendar.shiftUnit}
          value={unit}
          onChange={(value) => setUnit(value as Unit)}
          data={(['days', 'hours'] as const).map((value) => ({ value, label: t.calendar.units[value] }))}
        />
      </Group>
      {movable.length === 0 && <p>{t.calendar.nothingToShift}</p>}
      <ul className={css.rows} tabIndex={0}>
        {movable.map((entry) => {
          const one = planned.get(entry.id);
          return (
            <li key={entry.id} data-conflict={(one?.conflicts.length ?? 0) > 0}>
              <Checkbox
                size="xs"
                checked={one !== undefined}
                onChange={() => toggle(entry.id)}
                label={entry.title}
                description={`${entry.accountName} · ${entry.channelName}`}
              />
              <span className={css.times}>
                <span className="quiet">{format.moment(entry.scheduledLocal)}</span>
                {one && <b>→ {format.moment(one.at)}</b>}
                {one?.conflicts.map((name) => (
                  <em key={name}>{t.calendar.conflicts[name]}</em>
                ))}
              </span>
            </li>
          );
        })}
      </ul>
      <p role="status" className="quiet">
        {conflicts > 0 && t.calendar.conflictCount(conflicts)}
      </p>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        <Button loading={busy} disabled={chosen.length === 0 || minutes === 0} onClick={() => void run()}>
          {t.calendar.shiftMany(chosen.length)}
        </Button>
      </Group>
    </Modal>
  );
}
