import { Button, Group, Modal } from '@mantine/core';
import { useT } from '../i18n/i18n.tsx';
import { CopyText } from './copy.tsx';

interface Props {
  title: string;
  hint: string;
  secret: string | null;
  onClose: () => void;
}

/** Shows once what the server never shows again. A click beside it does not close it. */
export function SecretDialog({ title, hint, secret, onClose }: Props) {
  const t = useT();
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      <p>{hint}</p>
      <CopyText text={secret ?? ''} label={t.actions.copy} />
      <Group justify="flex-end" mt="md">
        <Button onClick={onClose}>{t.actions.close}</Button>
      </Group>
    </Modal>
  );
}
