import { Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { PoolEntryView } from '../../api/pool.ts';
import type { SettleBody } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

interface Props {
  entry: PoolEntryView;
  onClose: () => void;
  /** True when it was settled. */
  onSettle: (body: SettleBody) => Promise<boolean>;
}

/** A person looked at the channel and says whether the text is there: without that the entry is never sent again. */
export function SettleDialog({ entry, onClose, onSettle }: Props) {
  const t = useT();
  const [outcome, setOutcome] = useState<string | null>(null);
  const submit = async (text: (name: string) => string): Promise<void> => {
    const [note, externalUrl] = [text('note'), text('url')];
    const published = outcome === 'published';
    const body: SettleBody = { published, note, ...(published && externalUrl !== '' && { externalUrl }) };
    if (await onSettle(body)) onClose();
  };
  return (
    <FormDialog
      onClose={onClose}
      title={t.pool.settleTitle(entry.title)}
      action={outcome === 'absent' ? t.pool.settleRetry : t.pool.settle}
      disabled={outcome === null}
      onSubmit={submit}
    >
      <Radio.Group
        label={t.pool.settleQuestion(entry.channelName)}
        description={t.pool.settleHint}
        value={outcome}
        onChange={setOutcome}
        required
      >
        <Stack gap={6} mt={8}>
          <Radio value="published" label={t.pool.settlePublished} />
          <Radio value="absent" label={t.pool.settleAbsent} />
        </Stack>
      </Radio.Group>
      {outcome === 'published' && <TextInput mt="sm" type="url" name="url" label={t.pool.settleUrl} placeholder="https://" />}
      <Textarea mt="sm" name="note" label={t.pool.settleNote} required maxLength={500} autosize minRows={2} />
    </FormDialog>
  );
}
