import { Button, Group, Modal, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { promptsQuery, resetPrompt, savePrompt } from '../../api/accounts.ts';
import type { PromptView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Part } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Ago } from '../../ui/time.tsx';
import css from './account.module.css';

/** A template of the account replaces that of the product. */
const isOwn = ({ version }: PromptView): boolean => version.startsWith('account-');

/** The prompt of each step of the creators that use a model. */
export function AccountPrompts({ accountId }: { accountId: string }) {
  const t = useT();
  const query = useQuery(promptsQuery(accountId));
  const [editing, setEditing] = useState<PromptView | null>(null);
  return (
    <Part title={t.accounts.prompts}>
      <QueryView query={query} rows={3}>
        {({ items }) => (
          <ul className={css.posts}>
            {items.map((prompt) => (
              <li key={prompt.name}>
                <span>{t.accounts.promptNames[prompt.name]}</span>
                <span className="quiet">
                  {isOwn(prompt) ? t.accounts.ownPrompt : t.accounts.productPrompt}{' '}
                  {prompt.createdAt !== null && <Ago at={prompt.createdAt} />}
                </span>
                <Button
                  variant="subtle"
                  size="compact-xs"
                  aria-label={`${t.accounts.changePrompt}: ${t.accounts.promptNames[prompt.name]}`}
                  onClick={() => setEditing(prompt)}
                >
                  {t.accounts.changePrompt}…
                </Button>
              </li>
            ))}
          </ul>
        )}
      </QueryView>
      {editing && <PromptDialog accountId={accountId} prompt={editing} onClose={() => setEditing(null)} />}
    </Part>
  );
}

/** The server tries a template on sample data before it stores it. */
function PromptDialog({ accountId, prompt, onClose }: { accountId: string; prompt: PromptView; onClose: () => void }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const [text, setText] = useState(prompt.text);
  const name = t.accounts.promptNames[prompt.name];
  const save = async (): Promise<void> => {
    if (await act(() => savePrompt(accountId, prompt.name, text), t.accounts.promptSaved(name), ['accounts'])) onClose();
  };
  const reset = async (): Promise<void> => {
    if (!(await confirm({ title: t.accounts.promptReset, text: t.accounts.promptResetText, action: t.accounts.promptReset }))) return;
    if (await act(() => resetPrompt(accountId, prompt.name), t.accounts.promptSaved(name), ['accounts'])) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={name} size="xl" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <Textarea
        label={t.accounts.promptText}
        description={t.accounts.promptHint}
        classNames={{ input: 'mono' }}
        value={text}
        readOnly={!can('accounts:edit')}
        onChange={(event) => setText(event.currentTarget.value)}
        autosize
        minRows={10}
        maxRows={24}
        spellCheck={false}
      />
      <Group justify="flex-end" mt="md" gap="xs">
        {isOwn(prompt) && can('accounts:edit') && (
          <Button variant="subtle" onClick={() => void reset()}>
            {t.accounts.promptReset}…
          </Button>
        )}
        <Button variant="default" onClick={onClose}>
          {t.actions.close}
        </Button>
        {can('accounts:edit') && (
          <Button disabled={text === prompt.text || text.trim() === ''} onClick={() => void save()}>
            {t.actions.save}
          </Button>
        )}
      </Group>
    </Modal>
  );
}
