import { Group, JsonInput, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { createSchedule } from '../../api/schedules.ts';
import { tasksQuery } from '../../api/tasks.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAct } from '../../ui/act.ts';
import { parseObject } from '../../ui/parse-object.ts';

/** A cron schedule of a named task. The server explains an expression that is not valid. */
export function CreateSchedule({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const tasks = useQuery({ ...tasksQuery, enabled: opened });
  const [params, setParams] = useState('{}');
  const parsed = parseObject(params);
  const submit = async (text: (name: string) => string): Promise<void> => {
    const name = text('name');
    const trigger = { type: 'cron' as const, expression: text('expression') };
    const body = { name, taskName: text('taskName'), timeZone: text('timeZone'), trigger, params: parsed ?? {} };
    if (await act(() => createSchedule(body), t.schedules.created(name), ['schedules'])) onClose();
  };
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <FormDialog
      opened={opened}
      onClose={onClose}
      title={t.schedules.create}
      size="lg"
      action={t.actions.create}
      disabled={parsed === undefined}
      onSubmit={submit}
    >
      <TextInput name="name" label={t.schedules.name} description={t.schedules.nameHint} required pattern="[a-z0-9\-]+" data-autofocus />
      <Select
        mt="sm"
        name="taskName"
        label={t.schedules.columns.task}
        data={tasks.data?.items.map(({ name }) => name) ?? []}
        searchable
        required
      />
      <Group grow mt="sm" align="flex-start">
        <TextInput name="expression" label={t.schedules.cron} description={t.schedules.cronHint} required />
        <TextInput name="timeZone" label={t.schedules.zone} description="IANA" defaultValue={zone} required />
      </Group>
      <JsonInput
        mt="sm"
        label={t.schedules.params}
        value={params}
        onChange={setParams}
        error={parsed === undefined && t.run.notJson}
        autosize
        minRows={3}
      />
    </FormDialog>
  );
}
