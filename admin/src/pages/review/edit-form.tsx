import { Button, Group, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { type Content, updateContent } from '../../api/contents.ts';
import { langOf } from '../../features/article/article.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import { Trouble } from '../../ui/states.tsx';
import css from './edit-form.module.css';

interface Props {
  content: Content;
  onClose: () => void;
}

const CHANGED = 412;

/** Edits the version that was read. When another was saved since, the server refuses and the text stays here. */
export function EditForm({ content: current, onClose }: Props) {
  const t = useT();
  // The page reads the content again when another person saves it; this text began from the version that was open.
  const [content] = useState(current);
  const client = useQueryClient();
  const notify = useNotify();
  const [text, setText] = useState({ title: content.title, summary: content.summary, bodyMarkdown: content.bodyMarkdown });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const names = t.review.fields;
  const isChanged = text.title !== content.title || text.summary !== content.summary || text.bodyMarkdown !== content.bodyMarkdown;
  const reload = (): Promise<void> => client.invalidateQueries({ queryKey: ['contents'] });
  const mayDiscard = async (): Promise<boolean> =>
    !isChanged || (await confirm({ title: t.review.discard, text: t.review.discardText, action: t.review.discardAction, danger: true }));
  useBlocker({ shouldBlockFn: async () => !(await mayDiscard()), enableBeforeUnload: isChanged });
  const close = async (): Promise<void> => {
    if (await mayDiscard()) onClose();
  };
  const save = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      const saved = await updateContent(content, text);
      notify(t.review.saved(saved.version));
      await reload();
      onClose();
    } catch (cause) {
      setError(cause as Error);
      setBusy(false);
    }
  };
  const field = (name: keyof typeof text) => ({
    label: names[name === 'bodyMarkdown' ? 'body' : name],
    value: text[name],
    onChange: (event: { currentTarget: { value: string } }) => setText({ ...text, [name]: event.currentTarget.value }),
  });
  return (
    <form className={css.form} lang={langOf(content.language)} onSubmit={(event) => void save(event)}>
      {error && <Trouble error={error} />}
      {(current.version !== content.version || (error instanceof ApiError && error.status === CHANGED)) && (
        <p className={css.since} role="alert">
          {t.review.savedSince}{' '}
          <Button variant="default" onClick={() => void reload().then(onClose)}>
            {t.review.load}
          </Button>
        </p>
      )}
      <TextInput {...field('title')} required maxLength={300} data-autofocus autoFocus classNames={{ input: css.title }} />
      <Textarea {...field('summary')} autosize minRows={2} maxLength={2000} />
      <Textarea {...field('bodyMarkdown')} autosize minRows={18} maxLength={200_000} classNames={{ input: css.body }} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={() => void close()}>
          {t.actions.keep}
        </Button>
        <Button type="submit" loading={busy} disabled={!isChanged}>
          {t.actions.save}
        </Button>
      </Group>
    </form>
  );
}
