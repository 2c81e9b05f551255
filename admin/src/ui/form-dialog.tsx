import { Button, Group, Modal, type ModalProps } from '@mantine/core';
import type { ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { fieldsOf } from './form-fields.ts';

interface Props {
  opened?: boolean;
  title: string;
  size?: ModalProps['size'];
  /** The word of the button that submits. */
  action: string;
  disabled?: boolean;
  /** Gets the texts of the fields by name. */
  onSubmit: (text: (name: string) => string) => unknown;
  onClose: () => void;
  children: ReactNode;
}

/** A dialog with one form: every dialog that creates or changes something. */
export function FormDialog({ opened = true, title, size = 'md', action, disabled = false, onSubmit, onClose, children }: Props) {
  const t = useT();
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form onSubmit={(event) => void onSubmit(fieldsOf(event))}>
        {children}
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t.actions.keep}
          </Button>
          <Button type="submit" disabled={disabled}>
            {action}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
