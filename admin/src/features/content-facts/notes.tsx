import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useRef } from 'react';
import { addNote, notesQuery } from '../../api/content-notes.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { fieldsOf } from '../../ui/form-fields.ts';
import { Ago } from '../../ui/time.tsx';
import css from './facts.module.css';

/** Notes among editors and reviewers; they are never published. */
export function Notes({ id }: { id: string }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const form = useRef<HTMLFormElement>(null);
  const { data } = useQuery(notesQuery(id));
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const text = fieldsOf(event)('note');
    if (text === '') return;
    if (await act(() => addNote(id, text), t.review.noteAdded, ['contents'])) form.current?.reset();
  };
  return (
    <>
      <ul className={css.notes}>
        {data?.items.map((note) => (
          <li key={note.id}>
            <b>{note.author.name}</b>{' '}
            <span className="quiet">
              <Ago at={note.createdAt} />
            </span>
            <p>{note.text}</p>
          </li>
        ))}
      </ul>
      {can('content:comment') && (
        <form ref={form} className={css.noteForm} onSubmit={(event) => void submit(event)}>
          <Textarea name="note" aria-label={t.review.addNote} placeholder={t.review.addNote} autosize minRows={2} maxLength={5000} />
          <Button type="submit" variant="default">
            {t.actions.add}
          </Button>
        </form>
      )}
    </>
  );
}
