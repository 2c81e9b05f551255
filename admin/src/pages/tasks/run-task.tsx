import { Button, Group, JsonInput, Modal, NumberInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { runTask } from '../../api/tasks.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import { CopyText } from '../../ui/copy.tsx';
import { parseObject } from '../../ui/parse-object.ts';

const DEFAULT_PRIORITY = 5;

/** Submits a named task, and opens its execution. */
export function RunTask({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [text, setText] = useState('{}');
  const [priority, setPriority] = useState<number | string>(DEFAULT_PRIORITY);
  const [busy, setBusy] = useState(false);
  const params = parseObject(text);
  const submit = async (): Promise<void> => {
    if (params === undefined || name === undefined) return;
    setBusy(true);
    try {
      const { executionId } = await runTask(name, { params, priority: Number(priority) });
      notify(t.tasks.submitted);
      void client.invalidateQueries({ queryKey: ['executions'] });
      void navigate({ to: '/executions', search: { sel: executionId } });
    } catch (error) {
      notify((error as Error).message, true);
    }
    setBusy(false);
  };
  return (
    <Modal
      opened={name !== undefined}
      onClose={onClose}
      title={t.tasks.runTitle(name ?? '')}
      size="lg"
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <JsonInput
        label={t.tasks.params}
        description={t.tasks.paramsHint}
        value={text}
        onChange={setText}
        error={params === undefined && t.run.notJson}
        autosize
        minRows={6}
        maxRows={20}
        data-autofocus
      />
      <NumberInput
        mt="sm"
        label={t.tasks.priority}
        value={priority}
        onChange={setPriority}
        min={1}
        max={10}
        allowDecimal={false}
        maw={180}
        hideControls
      />
      <p className="quiet">
        <CopyText text={`npx contenthub task run ${name ?? ''} --params '${text.replaceAll('\n', ' ')}'`} />
      </p>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        <Button loading={busy} disabled={params === undefined} onClick={() => void submit()}>
          {t.tasks.run}
        </Button>
      </Group>
    </Modal>
  );
}
