import { Button, FileInput, Group, Modal, SegmentedControl, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImportTopicsBody, TopicImportView } from '../../api/schema/types.gen.ts';
import { importTopics } from '../../api/topics.ts';
import { AccountSelect } from '../../features/account-select.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import { textOfCsv } from './read-csv-file.ts';
import css from './topic-parts.module.css';

/** The most lines that the server takes at once. */
const MOST_LINES = 1000;

const KINDS = ['lines', 'csv', 'feeds'] as const;
type Kind = (typeof KINDS)[number];

/** From pasted lines, a file or the feeds of the account. A preview names what would be added, and each line that would not, and why. */
export function AddTopics({ account, onClose }: { account: string | undefined; onClose: () => void }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [kind, setKind] = useState<Kind>('lines');
  const [accountId, setAccountId] = useState<string | null>(account ?? null);
  const [text, setText] = useState('');
  const [csv, setCsv] = useState<string | null>(null);
  const [fileError, setFileError] = useState(false);
  const [result, setResult] = useState<{ answer: TopicImportView; isPreview: boolean } | null>(null);
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const inputs: Record<Kind, Pick<ImportTopicsBody, Kind> | null> = {
    lines: lines.length > 0 && lines.length <= MOST_LINES ? { lines } : null,
    csv: csv === null ? null : { csv },
    feeds: { feeds: true },
  };
  const input = inputs[kind];
  const send = async (preview: boolean): Promise<void> => {
    if (input === null || accountId === null) return;
    setBusy(true);
    try {
      setResult({ answer: await importTopics({ accountId, ...input, dryRun: preview }), isPreview: preview });
      if (!preview) {
        setText('');
        setCsv(null);
      }
    } catch (error) {
      setResult(null);
      notify((error as Error).message, true);
    }
    setBusy(false);
    if (!preview) await client.invalidateQueries({ queryKey: ['topics'] });
  };
  /** A result is about the input that it was made from. */
  const changed = <T,>(set: (value: T) => void): ((value: T) => void) => {
    return (value) => {
      set(value);
      setResult(null);
    };
  };
  const readFile = async (file: File | null): Promise<void> => {
    const read = file && textOfCsv(new Uint8Array(await file.arrayBuffer()));
    setFileError(file !== null && read === null);
    changed(setCsv)(read);
  };
  const accepted = result?.isPreview ? result.answer.created.length : undefined;
  return (
    <Modal opened onClose={onClose} title={t.topics.addTitle} size="lg" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <AccountSelect label={t.topics.account} value={accountId} onChange={changed(setAccountId)} required />
      <SegmentedControl
        mt="sm"
        size="xs"
        aria-label={t.topics.from}
        value={kind}
        onChange={changed((value: string) => setKind(value as Kind))}
        data={KINDS.map((value) => ({ value, label: t.topics.kinds[value] }))}
      />
      {kind === 'lines' && (
        <Textarea
          mt="sm"
          label={t.topics.lines}
          description={t.topics.linesHint}
          value={text}
          onChange={({ currentTarget }) => changed(setText)(currentTarget.value)}
          autosize
          minRows={6}
          maxRows={14}
          data-autofocus
        />
      )}
      {kind === 'csv' && (
        <FileInput
          mt="sm"
          label={t.topics.csvFile}
          description={t.topics.csvHint}
          placeholder={t.topics.chooseFile}
          accept=".csv,.txt,text/csv"
          error={fileError && t.topics.notCsv}
          onChange={(file) => void readFile(file)}
        />
      )}
      {kind === 'feeds' && <p className="quiet">{t.topics.feedsHint}</p>}
      {result && (
        <div role="status">
          <p>
            <b>{(result.isPreview ? t.topics.previewed : t.topics.result)(result.answer.created.length, result.answer.skipped.length)}</b>
          </p>
          {result.isPreview && result.answer.created.length > 0 && (
            <ul className={css.results} tabIndex={0} aria-label={t.topics.accepted}>
              {result.answer.created.map(({ title }, index) => (
                <li key={`${index} ${title}`}>
                  <span>{title}</span>
                  <span>{t.topics.accepted}</span>
                </li>
              ))}
            </ul>
          )}
          <Skipped skipped={result.answer.skipped} />
          {result.answer.reasons.map(({ code, detail }) => (
            <p key={code} className="quiet" title={detail}>
              {t.topics.reasons[code]}
            </p>
          ))}
        </div>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.close}
        </Button>
        <Button variant="default" loading={busy} disabled={accountId === null || input === null} onClick={() => void send(true)}>
          {t.topics.preview}
        </Button>
        <Button loading={busy} disabled={accountId === null || input === null || accepted === 0} onClick={() => void send(false)}>
          {accepted !== undefined ? t.topics.addLines(accepted) : kind === 'lines' ? t.topics.addLines(lines.length) : t.topics.add}
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
    <ul className={css.results} tabIndex={0} aria-label={t.topics.notAccepted}>
      {skipped.map(({ title, code, detail }, index) => (
        <li key={`${index} ${title}`} data-skipped title={detail}>
          <span>{title}</span>
          <span>{t.topics.skippedCodes[code]}</span>
        </li>
      ))}
    </ul>
  );
}
