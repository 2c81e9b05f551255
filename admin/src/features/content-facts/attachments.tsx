import { ActionIcon, Button, FileButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { attachFile, attachmentAddress, detachFile } from '../../api/attachments.ts';
import type { Content } from '../../api/contents.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import css from './facts.module.css';

const TYPES = 'image/png,image/jpeg,image/webp,application/pdf,text/csv,.csv';

/** The files of a content. A change is an edit: the review starts again. */
export function Attachments({ content }: { content: Content }) {
  const t = useT();
  const format = useFormat();
  const can = useCan();
  const act = useAct();
  const words = t.review.files;
  const mayEdit = can('content:edit');
  const add = async (file: File | null): Promise<void> => {
    if (file) await act(() => attachFile(content, file), words.added, ['contents']);
  };
  const remove = async (name: string, title: string): Promise<void> => {
    if (await confirm({ title: words.removeQuestion(title), text: words.editNote, action: t.actions.remove }))
      await act(() => detachFile(content, name), words.removed, ['contents']);
  };
  return (
    <>
      <ul className={css.files}>
        {content.attachments.map(({ name, title, bytes }) => (
          <li key={name}>
            <a href={attachmentAddress(content.id, name)} download={name} title={`assets/${name}`}>
              {title}
            </a>
            <span className="quiet num">{format.bytes(bytes)}</span>
            {mayEdit && (
              <ActionIcon aria-label={words.remove(title)} onClick={() => void remove(name, title)}>
                <IconX size={14} stroke={1.8} aria-hidden />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
      {mayEdit && (
        <>
          <FileButton onChange={(file) => void add(file)} accept={TYPES}>
            {(props) => (
              <Button {...props} variant="default" size="xs">
                {words.add}
              </Button>
            )}
          </FileButton>
          <p className={css.hint}>{words.hint}</p>
        </>
      )}
    </>
  );
}
