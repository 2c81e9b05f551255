import { ActionIcon, Button, Group, Modal, NumberInput, Select, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { updateAccount } from '../../api/accounts.ts';
import type { AccountView, SectionDto } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { Part } from '../../ui/page.tsx';
import css from './account.module.css';

const CADENCES = ['none', 'perWeek', 'everyDays'] as const;
type CadenceKind = (typeof CADENCES)[number];

const kindOf = ({ perWeek, everyDays }: SectionDto): CadenceKind =>
  perWeek !== undefined ? 'perWeek' : everyDays !== undefined ? 'everyDays' : 'none';

/** What an account writes about, and how often. */
export function AccountSections({ account }: { account: AccountView }) {
  const t = useT();
  const can = useCan();
  const [editing, setEditing] = useState(false);
  return (
    <Part
      title={t.accounts.fields.sections}
      aside={
        can('accounts:edit') && (
          <Button variant="subtle" size="compact-xs" onClick={() => setEditing(true)}>
            {t.accounts.editSections}…
          </Button>
        )
      }
    >
      {account.sections.length === 0 ? (
        <p className="quiet">{t.accounts.noSections}</p>
      ) : (
        <ul className={css.posts}>
          {account.sections.map((section) => (
            <li key={section.code}>
              <span className="quiet">{section.code}</span>
              <span>{section.name}</span>
              <span className="quiet">{t.accounts.cadence(section.perWeek, section.everyDays)}</span>
            </li>
          ))}
        </ul>
      )}
      {editing && <SectionsDialog account={account} onClose={() => setEditing(false)} />}
    </Part>
  );
}

interface Draft extends SectionDto {
  readonly key: number;
  readonly cadence: CadenceKind;
}

/** Without the members that the reader left empty. */
function toSection({ code, name, wordCount, keywords, perWeek, everyDays, cadence }: Draft): SectionDto {
  return {
    code,
    name,
    ...(wordCount !== undefined && { wordCount }),
    ...(keywords && keywords.length > 0 && { keywords }),
    ...(cadence === 'perWeek' && { perWeek: perWeek ?? 1 }),
    ...(cadence === 'everyDays' && { everyDays: everyDays ?? 7 }),
  };
}

function SectionsDialog({ account, onClose }: { account: AccountView; onClose: () => void }) {
  const t = useT();
  const act = useAct();
  const next = useRef(account.sections.length);
  const [drafts, setDrafts] = useState<readonly Draft[]>(
    account.sections.map((section, key) => ({ ...section, key, cadence: kindOf(section) })),
  );
  const set = (key: number, change: Partial<Draft>): void =>
    setDrafts(drafts.map((one) => (one.key === key ? { ...one, ...change } : one)));
  const add = (): void => setDrafts([...drafts, { key: next.current++, code: '', name: '', cadence: 'none' }]);
  const save = async (): Promise<void> => {
    const work = () => updateAccount(account, { sections: drafts.map(toSection) });
    if (await act(work, t.accounts.saved(account.name), ['accounts'])) onClose();
  };
  const words = t.accounts.section;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t.accounts.sectionsTitle(account.name)}
      size="xl"
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <p className="quiet">{t.accounts.sectionsHint}</p>
      <ol className={css.sources}>
        {drafts.map((draft, index) => (
          <li key={draft.key} aria-label={`${words.title} ${index + 1}`}>
            <TextInput label={words.code} value={draft.code} onChange={(event) => set(draft.key, { code: event.currentTarget.value })} />
            <TextInput label={words.name} value={draft.name} onChange={(event) => set(draft.key, { name: event.currentTarget.value })} />
            <TextInput
              label={t.accounts.sourceKeywords}
              value={draft.keywords?.join(', ') ?? ''}
              onChange={(event) => set(draft.key, { keywords: wordsOf(event.currentTarget.value) })}
            />
            <ActionIcon
              aria-label={`${t.actions.remove}: ${draft.name || index + 1}`}
              onClick={() => setDrafts(drafts.filter((one) => one.key !== draft.key))}
            >
              <IconX size={16} stroke={1.8} />
            </ActionIcon>
            <Select
              label={words.cadence}
              data={CADENCES.map((value) => ({ value, label: words.cadences[value] }))}
              value={draft.cadence}
              onChange={(value) => set(draft.key, { cadence: value as CadenceKind })}
              allowDeselect={false}
            />
            {draft.cadence !== 'none' && (
              <NumberInput
                label={words.cadences[draft.cadence]}
                min={1}
                max={draft.cadence === 'perWeek' ? 100 : 365}
                allowDecimal={false}
                value={draft.cadence === 'perWeek' ? (draft.perWeek ?? 1) : (draft.everyDays ?? 7)}
                onChange={(value) => typeof value === 'number' && set(draft.key, { [draft.cadence]: value })}
              />
            )}
          </li>
        ))}
      </ol>
      <Button variant="default" mt="sm" onClick={add}>
        {t.accounts.addSection}
      </Button>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        <Button disabled={drafts.some(({ code, name }) => code === '' || name === '')} onClick={() => void save()}>
          {t.actions.save}
        </Button>
      </Group>
    </Modal>
  );
}

/** A comma at the end stays while it is typed. */
const wordsOf = (text: string): string[] => (text === '' ? [] : text.split(/[,，、]\s*/));
