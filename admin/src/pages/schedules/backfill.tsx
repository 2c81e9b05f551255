import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ScheduleView } from '../../api/schema/types.gen.ts';
import { backfill } from '../../api/schedules.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useAct, useNotify } from '../../ui/act.ts';
import { Moment } from '../../ui/time.tsx';

interface Props {
  schedule: ScheduleView;
  opened: boolean;
  onClose: () => void;
}

/** Fires past due times: shows them first, then does it. */
export function Backfill({ schedule: { id, name }, opened, onClose }: Props) {
  const t = useT();
  const act = useAct();
  const notify = useNotify();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [times, setTimes] = useState<readonly string[] | null>(null);
  const isComplete = from !== '' && to !== '' && from < to;
  const range = (preview: boolean) => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString(), preview });
  const show = (): void => {
    backfill(id, range(true)).then(
      ({ items }) => setTimes(items.map(({ dueAt }) => dueAt)),
      (error: Error) => notify(error.message, true),
    );
  };
  const run = async (): Promise<void> => {
    if (await act(() => backfill(id, range(false)), t.schedules.backfilled(name), ['schedules', 'executions'])) onClose();
  };
  const field = (label: string, value: string, set: (next: string) => void) => (
    <TextInput
      type="datetime-local"
      label={label}
      value={value}
      onChange={(event) => {
        set(event.currentTarget.value);
        setTimes(null);
      }}
    />
  );
  return (
    <Modal opened={opened} onClose={onClose} title={t.schedules.backfillTitle(name)} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <Group grow>
        {field(t.schedules.from, from, setFrom)}
        {field(t.schedules.to, to, setTo)}
      </Group>
      {times && (
        <p>
          {t.schedules.wouldFire(times.length)}{' '}
          {times.slice(0, 5).map((at) => (
            <span key={at} className="quiet num">
              <Moment at={at} />{' '}
            </span>
          ))}
        </p>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        {times === null ? (
          <Button disabled={!isComplete} onClick={show}>
            {t.schedules.preview}
          </Button>
        ) : (
          <Button disabled={times.length === 0} onClick={() => void run()}>
            {t.schedules.backfill}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
