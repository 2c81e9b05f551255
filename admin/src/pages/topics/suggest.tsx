import { Button, Group, Modal } from '@mantine/core';
import { useState } from 'react';
import type { SuggestionsView, SuggestionView } from '../../api/schema/types.gen.ts';
import { createTopic, suggestTopics } from '../../api/topics.ts';
import { AccountSelect } from '../../features/account-select.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useAct, useNotify } from '../../ui/act.ts';
import { Skipped } from './add-topics.tsx';
import css from './topic-parts.module.css';

const LIMIT = 10;

/** What the sources of an account would offer. Nothing is added before the reader says so. */
export function Suggest({ account, onClose }: { account: string | undefined; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const notify = useNotify();
  const [accountId, setAccountId] = useState<string | null>(account ?? null);
  const [found, setFound] = useState<SuggestionsView | null>(null);
  const [busy, setBusy] = useState(false);
  const look = async (): Promise<void> => {
    setBusy(true);
    try {
      setFound(await suggestTopics({ accountId: accountId ?? '', limit: LIMIT }));
    } catch (error) {
      notify((error as Error).message, true);
    }
    setBusy(false);
  };
  const save = async (): Promise<void> => {
    const body = { accountId: accountId ?? '', limit: LIMIT, save: true };
    if (await act(() => suggestTopics(body), t.topics.added(found?.items.length ?? 0), ['topics'])) onClose();
  };
  const addOne = async ({ title, keywords, section, sourceUrl }: SuggestionView): Promise<void> => {
    const body = { accountId: accountId ?? '', title, keywords, section, sourceUrl };
    if (!(await act(() => createTopic(body), t.topics.added(1), ['topics']))) return;
    setFound((now) => now && { ...now, items: now.items.filter((item) => item.title !== title) });
  };
  return (
    <Modal opened onClose={onClose} title={t.topics.suggestTitle} size="lg" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <Group align="flex-end">
        <AccountSelect
          label={t.topics.account}
          value={accountId}
          onChange={(value) => {
            setAccountId(value);
            setFound(null);
          }}
          data-autofocus
          required
        />
        <Button loading={busy} disabled={accountId === null} onClick={() => void look()}>
          {t.topics.look}
        </Button>
      </Group>
      {found && (
        <div role="status">
          {found.items.length === 0 && <p>{t.topics.noSuggestion}</p>}
          <ul className={css.results} tabIndex={0}>
            {found.items.map((suggestion) => (
              <li key={suggestion.title}>
                <span>
                  {suggestion.title} <span className="quiet num">{suggestion.scores.total}</span>
                </span>
                <Button
                  variant="default"
                  size="compact-xs"
                  aria-label={`${t.actions.add}: ${suggestion.title}`}
                  onClick={() => void addOne(suggestion)}
                >
                  {t.actions.add}
                </Button>
              </li>
            ))}
          </ul>
          {found.reasons.map(({ code, detail }) => (
            <p key={code} className="quiet" title={detail}>
              {t.topics.reasons[code]}
            </p>
          ))}
          <Skipped skipped={found.skipped} />
        </div>
      )}
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.close}
        </Button>
        {found && found.items.length > 0 && <Button onClick={() => void save()}>{t.topics.saveAll(found.items.length)}</Button>}
      </Group>
    </Modal>
  );
}
