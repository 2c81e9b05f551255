import { Button, Checkbox, Group, Modal, SegmentedControl, Textarea } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { ReturnReason } from '../../api/contents.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { fieldsOf } from '../../ui/form-fields.ts';
import css from './review-page.module.css';
import type { ReturnChoice } from './use-decisions.tsx';

interface Props {
  title: string;
  busy: boolean;
  onClose: () => void;
  onChoose: (choice: ReturnChoice) => void;
}

/** Reason codes and a note, which the next attempt gets as an instruction. */
export function ReturnDialog({ title, busy, onClose, onChoose }: Props) {
  const t = useT();
  const can = useCan();
  const [way, setWay] = useState<ReturnChoice['way']>('return');
  const [reasons, setReasons] = useState<string[]>([]);
  const [rewrite, setRewrite] = useState(false);
  const [note, setNote] = useState('');
  const needsNote = reasons.includes('other') && note.trim() === '';
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    const text = fieldsOf(event);
    onChoose({ way, reasons: reasons as ReturnReason[], note: text('note'), rewrite: rewrite && way === 'return' });
  };
  const isReturn = way === 'return';
  return (
    <Modal opened onClose={onClose} title={title} size="lg" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form onSubmit={submit}>
        <SegmentedControl
          fullWidth
          aria-label={t.review.return}
          value={way}
          onChange={(value) => setWay(value as ReturnChoice['way'])}
          data={[
            { value: 'return', label: t.review.returnTitle },
            { value: 'reject', label: t.review.rejectTitle },
          ]}
        />
        <p className="quiet">{isReturn ? t.review.returnHint : t.review.rejectHint}</p>
        <Checkbox.Group label={t.review.reasons} value={reasons} onChange={setReasons} withAsterisk>
          <div className={css.reasons}>
            {Object.entries(t.content.returnReasons).map(([code, name], index) => (
              <Checkbox key={code} value={code} label={name} data-autofocus={index === 0 || undefined} />
            ))}
          </div>
        </Checkbox.Group>
        <Textarea
          mt="md"
          name="note"
          label={t.review.note}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          error={needsNote && t.review.noteNeeded}
          autosize
          minRows={3}
          maxLength={2000}
        />
        {isReturn && can('content:submit') && (
          <Checkbox mt="md" label={t.review.rewrite} checked={rewrite} onChange={(event) => setRewrite(event.currentTarget.checked)} />
        )}
        <Group justify="flex-end" mt="lg" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t.actions.keep}
          </Button>
          <Button type="submit" disabled={reasons.length === 0 || needsNote} loading={busy}>
            {isReturn ? t.review.returnTitle : t.review.rejectTitle}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
