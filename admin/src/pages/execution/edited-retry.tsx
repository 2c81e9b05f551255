import { Button, Group, JsonInput, Modal } from '@mantine/core';
import { useState } from 'react';
import { retryExecution, type Row } from '../../api/executions.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useAct } from '../../ui/act.ts';
import { parseObject } from '../../ui/parse-object.ts';

/** Runs a finished execution again with other params. */
export function EditedRetry({ row }: { row: Row }) {
  const t = useT();
  const act = useAct();
  const [text, setText] = useState<string | null>(null);
  const params = text === null ? undefined : parseObject(text);
  const submit = async (): Promise<void> => {
    if (params === undefined) return;
    if (await act(() => retryExecution(row.executionId, { params }), t.run.retried(row.taskName), ['executions'])) setText(null);
  };
  return (
    <>
      <Button variant="default" onClick={() => setText(JSON.stringify(row.params, null, 2))}>
        {t.run.retryEdited}…
      </Button>
      <Modal
        opened={text !== null}
        onClose={() => setText(null)}
        title={t.run.retryEdited}
        size="lg"
        closeButtonProps={{ 'aria-label': t.actions.close }}
      >
        <JsonInput
          label={t.run.input}
          description={t.run.retryEditedHint}
          value={text ?? ''}
          onChange={setText}
          error={params === undefined && t.run.notJson}
          autosize
          minRows={8}
          maxRows={20}
        />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={() => setText(null)}>
            {t.actions.keep}
          </Button>
          <Button disabled={params === undefined} onClick={() => void submit()}>
            {t.actions.retry}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
