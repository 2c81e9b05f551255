import { ActionIcon, Button, Group, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { updateAccount } from '../../api/accounts.ts';
import type { AccountView, SourceDto } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { Part } from '../../ui/page.tsx';
import css from './account.module.css';
import { ApiFields, toMapping } from './api-fields.tsx';
import { SourceCheck } from './source-check.tsx';

const TYPES = ['rss', 'url', 'api', 'file', 'notes', 'data'] as const satisfies readonly SourceDto['type'][];

/** What the contents of an account are written from. */
export function AccountSources({ account }: { account: AccountView }) {
  const t = useT();
  const can = useCan();
  const [editing, setEditing] = useState(false);
  return (
    <Part
      title={t.accounts.fields.sources}
      aside={
        can('accounts:edit') && (
          <Button variant="subtle" size="compact-xs" onClick={() => setEditing(true)}>
            {t.accounts.editSources}…
          </Button>
        )
      }
    >
      {account.sources.length === 0 ? (
        <p className="quiet">{t.accounts.noSources}</p>
      ) : (
        <ul className={css.posts}>
          {account.sources.map(({ type, name, location, text }, index) => (
            <li key={`${index} ${name}`}>
              <span className="quiet">{t.accounts.sourceTypes[type]}</span>
              <span>{name ?? location ?? text?.slice(0, 80)}</span>
            </li>
          ))}
        </ul>
      )}
      {editing && <SourcesDialog account={account} onClose={() => setEditing(false)} />}
    </Part>
  );
}

interface Draft extends SourceDto {
  readonly key: number;
}

/** Without the members that the reader left empty. */
function toSource({ type, name, location, text, keywords, api }: Draft): SourceDto {
  return {
    type,
    ...(name && { name }),
    ...(type !== 'notes' && location && { location }),
    ...((type === 'notes' || (type === 'data' && !location)) && text && { text }),
    ...(keywords && keywords.length > 0 && { keywords }),
    ...(type === 'api' && api && { api: toMapping(api) }),
  };
}

function SourcesDialog({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const next = useRef(account.sources.length);
  const [drafts, setDrafts] = useState<readonly Draft[]>(account.sources.map((source, key) => ({ ...source, key })));
  const set = (key: number, change: Partial<Draft>): void =>
    setDrafts(drafts.map((one) => (one.key === key ? { ...one, ...change } : one)));
  const add = (): void => setDrafts([...drafts, { key: next.current++, type: 'rss' }]);
  const save = async (): Promise<void> => {
    const work = () => updateAccount(account, { sources: drafts.map(toSource) });
    if (await act(work, t.accounts.saved(account.name), ['accounts'])) onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.accounts.sourcesTitle(account.name)}
      size="xl"
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <p className="quiet">{t.accounts.sourcesHint}</p>
      <ol className={css.sources}>
        {drafts.map((draft, index) => {
          const { key, type, name, location, text, keywords, api } = draft;
          return (
            <li key={key} aria-label={`${t.accounts.source} ${index + 1}`}>
              <Select
                label={t.accounts.sourceType}
                data={TYPES.map((value) => ({ value, label: t.accounts.sourceTypes[value] }))}
                value={type}
                onChange={(value) => set(key, { type: value as SourceDto['type'] })}
                allowDeselect={false}
              />
              <TextInput
                label={t.accounts.sourceName}
                value={name ?? ''}
                onChange={(event) => set(key, { name: event.currentTarget.value })}
              />
              <TextInput
                label={t.accounts.sourceKeywords}
                value={keywords?.join(', ') ?? ''}
                onChange={(event) => set(key, { keywords: wordsOf(event.currentTarget.value) })}
              />
              <ActionIcon
                aria-label={`${t.actions.remove}: ${name ?? location ?? index + 1}`}
                onClick={() => setDrafts(drafts.filter((one) => one.key !== key))}
              >
                <IconX size={16} stroke={1.8} />
              </ActionIcon>
              {type === 'notes' || (type === 'data' && !location && text !== undefined) ? (
                <Textarea
                  className={css.wide}
                  label={t.accounts.sourceText}
                  value={text ?? ''}
                  onChange={(event) => set(key, { text: event.currentTarget.value })}
                  autosize
                  minRows={3}
                  maxRows={10}
                />
              ) : (
                <TextInput
                  className={css.wide}
                  label={t.accounts.sourceLocation}
                  description={t.accounts.locationHints[type]}
                  value={location ?? ''}
                  onChange={(event) => set(key, { location: event.currentTarget.value })}
                />
              )}
              {type === 'api' && <ApiFields mapping={api} onChange={(mapping) => set(key, { api: mapping })} />}
              <SourceCheck source={toSource(draft)} disabled={!isComplete(draft)} />
            </li>
          );
        })}
      </ol>
      <Button variant="default" mt="sm" onClick={add}>
        {t.accounts.addSource}
      </Button>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        <Button disabled={!drafts.every(isComplete)} onClick={() => void save()}>
          {t.actions.save}
        </Button>
      </Group>
    </Modal>
  );
}

function isComplete({ type, location, text, api }: Draft): boolean {
  if (type === 'api') return Boolean(location) && Boolean(api?.title);
  return type === 'notes' ? Boolean(text) : Boolean(location ?? text);
}

/** A comma at the end stays while it is typed. */
const wordsOf = (text: string): string[] => (text === '' ? [] : text.split(/[,，、]\s*/));
