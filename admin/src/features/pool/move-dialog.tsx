import { Group, NumberInput, TextInput } from '@mantine/core';
import type { PoolEntryView } from '../../api/pool.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

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
  const submit = async (text: (name: string) => string): Promise<void> => {
    const at = `${text('day')}T${text('time').slice(0, 5)}`;
    const priority = Number(text('priority'));
    const change = { ...(at !== entry.scheduledLocal && { at }), ...(priority !== entry.priority && { priority }) };
    if (Object.keys(change).length === 0 || (await onMove(entry, change))) onClose();
  };
  const [day, time] = entry.scheduledLocal.split('T');
  return (
    <FormDialog onClose={onClose} title={t.pool.moveTitle(entry.title)} action={t.pool.move} onSubmit={submit}>
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
    </FormDialog>
  );
}
