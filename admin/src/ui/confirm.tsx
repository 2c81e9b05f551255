import { Button, Group, Modal } from '@mantine/core';
import { type ReactNode, useSyncExternalStore } from 'react';
import { useT } from '../i18n/i18n.tsx';

interface Question {
  title: string;
  /** What will happen, with numbers. */
  text: ReactNode;
  /** The word of the button: what is done. */
  action: string;
  danger?: boolean;
}

let open: { question: Question; answer: (yes: boolean) => void } | null = null;
const listeners = new Set<() => void>();

function set(next: typeof open): void {
  open = next;
  for (const listener of listeners) listener();
}

/** Asks before something that cannot be taken back: `if (await confirm({ … })) …` */
export function confirm(question: Question): Promise<boolean> {
  open?.answer(false);
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      set(null);
      resolve(yes);
    };
    set({ question, answer });
  });
}

/** The dialog of `confirm`, once in the shell. */
export function ConfirmDialog() {
  const t = useT();
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => open,
  );
  if (!current) return null;
  const { question, answer } = current;
  return (
    <Modal opened onClose={() => answer(false)} title={question.title} centered closeButtonProps={{ 'aria-label': t.actions.close }}>
      <div>{question.text}</div>
      <Group justify="flex-end" mt="lg" gap="xs">
        <Button variant="default" onClick={() => answer(false)}>
          {t.actions.keep}
        </Button>
        <Button data-danger={question.danger} data-autofocus onClick={() => answer(true)}>
          {question.action}
        </Button>
      </Group>
    </Modal>
  );
}
