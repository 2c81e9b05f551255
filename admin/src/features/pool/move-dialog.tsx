import { Button, Group, Modal, NumberInput, TextInput } from '@mantine/core';
import { type FormEvent } from 'react';
import type { PoolEntryView } from '../../api/pool.ts';
import { useT } from '../../i18n/i18n.tsx';
import { fieldsOf } from '../../ui/form-fields.ts';

interface Props {
  entry: PoolEntryView | null;
  onClose: () => void;
  /** True when it was moved. */
  onMove: (entry: PoolEntryView, change: { at?: string; priority?: number }) => Promise<boolean>;
}

/** Another time, on the clock of the account, or another priority. */
export function MoveDialog({ entry, onClose, onMove }: Props) {
  const t = useT();
  if (!entry) return null;
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const text = fieldsOf(event);
    const at = `${text('day')}T${text('time').slice(0, 5)}`;
    const priority = Number(text('priority'));
    const change = { ...(at !== entry.scheduledLocal && { at }), ...(priority !== entry.priority && { priority }) };
    if (Object.keys(change).length === 0 || (await onMove(entry, change))) onClose();
  };
  const [day, time] = entry.scheduledLocal.split('T');
  return (
    <Modal opened onClose={onClose} title={t.pool.moveTitle(entry.title)} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form onSubmit={(event) => void submit(event)}>
        <Group grow align="flex-start">
          <TextInput type="date" name="day" label={t.pool.day} defaultValue={day} required data-autofocus />
          <TextInput
            type="time"
            name="time"
            label={t.pool.time}
            description={entry.timeZone}
            defaultValue={time}
            required
            inputWrapperOrder={['label', 'input', 'description']}
          />
        </Group>
        <NumberInput
          mt="sm"
          name="priority"
          label={t.pool.priority}
          description={t.pool.priorityHint}
          min={1}
          max={10}
          defaultValue={entry.priority}
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t.actions.keep}
          </Button>
          <Button type="submit">{t.pool.move}</Button>
        </Group>
      </form>
    </Modal>
  );
}
