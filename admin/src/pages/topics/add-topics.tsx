import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { TopicImportView } from '../../api/schema/types.gen.ts';
import { importTopics } from '../../api/topics.ts';
import { AccountSelect } from '../../features/account-select.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import css from './topic-parts.module.css';

/** The most lines that the server takes at once. */
const MOST_LINES = 1000;

/** One topic per line; the answer names each that was not added, and why. */
export function AddTopics({ account, onClose }: { account: string | undefined; onClose: () => void }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [accountId, setAccountId] = useState<string | null>(account ?? null);
  const [text, setText] = useState('');
  const [result, setResult] = useState<TopicImportView | null>(null);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const add = async (): Promise<void> => {
    setBusy(true);
    try {
      setResult(await importTopics({ accountId: accountId ?? '', lines }));
      setText('');
    } catch (error) {
      notify((error as Error).message, true);
    }
    setBusy(false);
    await client.invalidateQueries({ queryKey: ['topics'] });
  };
  return (
    <Modal opened onClose={onClose} title={t.topics.addTitle} size="lg" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <AccountSelect label={t.topics.account} value={accountId} onChange={setAccountId} required />
      <Textarea
        mt="sm"
        label={t.topics.lines}
        description={t.topics.linesHint}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        autosize
        minRows={6}
        maxRows={14}
        data-autofocus
      />
      {result && (
        <div role="status">
          <p>{t.topics.result(result.created.length, result.skipped.length)}</p>
          <Skipped skipped={result.skipped} />
        </div>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.close}
        </Button>
        <Button loading={busy} disabled={accountId === null || lines.length === 0 || lines.length > MOST_LINES} onClick={() => void add()}>
          {t.topics.addLines(lines.length)}
        </Button>
      </Group>
    </Modal>
  );
}

/** What was not added, each with its reason. */
export function Skipped({ skipped }: Pick<TopicImportView, 'skipped'>) {
  const t = useT();
  if (skipped.length === 0) return null;
  return (
    <ul className={css.results} tabIndex={0}>
      {skipped.map(({ title, code, detail }, index) => (
        <li key={`${index} ${title}`} data-skipped title={detail}>
          <span>{title}</span>
          <span>{t.topics.skippedCodes[code]}</span>
        </li>
      ))}
    </ul>
  );
}
