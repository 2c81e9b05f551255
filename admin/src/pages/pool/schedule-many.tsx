import { Button, Group, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type PoolEntryView, schedule } from '../../api/pool.ts';
import type { AccountView, ContentSummary } from '../../api/schema/types.gen.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { localOf } from '../../features/pool/days.ts';
import { nextFree } from '../../features/pool/slots.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import css from './pool.module.css';

interface Props {
  contents: readonly ContentSummary[];
  accounts: readonly AccountView[];
  entries: readonly PoolEntryView[];
  onClose: () => void;
}

/** Shows which slot each content would get, then lets the server give them in this order. */
export function ScheduleMany({ contents, accounts, entries, onClose }: Props) {
  const t = useT();
  const days = useDayFormat();
  const notify = useNotify();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const times = preview(contents, accounts, entries);
  const run = async (): Promise<void> => {
    setBusy(true);
    let failure: Error | null = null;
    let done = 0;
    for (const { id } of contents) {
      await schedule(id, {}).then(
        () => done++,
        (error: unknown) => (failure = error as Error),
      );
    }
    const why = (failure as Error | null)?.message;
    notify([t.pool.scheduledMany(done, contents.length), why].filter(Boolean).join(' '), why !== undefined);
    await client.invalidateQueries({ queryKey: ['pool'] });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.pool.scheduleTitle(contents.length)}
      size="lg"
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <ul className={css.preview} tabIndex={0}>
        {contents.map(({ id, title }) => {
          const at = times.get(id);
          return (
            <li key={id}>
              <span>{title}</span>
              <span>{at === undefined ? t.pool.anyTime : days.moment(at)}</span>
            </li>
          );
        })}
      </ul>
      <p className="quiet">{t.pool.previewHint}</p>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        <Button loading={busy} data-autofocus onClick={() => void run()}>
          {t.pool.schedule}
        </Button>
      </Group>
    </Modal>
  );
}

function preview(contents: Props['contents'], accounts: Props['accounts'], entries: Props['entries']): Map<string, string> {
  const times = new Map<string, string>();
  for (const account of accounts) {
    const own = contents.filter(({ accountId }) => accountId === account.id);
    const taken = entries
      .filter(({ accountId, status }) => accountId === account.id && status !== 'failed')
      .map((one) => one.scheduledLocal);
    const free = nextFree(account, taken, localOf(Date.now(), account.timeZone), own.length);
    for (const [index, { id }] of own.entries()) if (free[index] !== undefined) times.set(id, free[index]);
  }
  return times;
}
