import { Button, Group, Modal, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { createWebhook } from '../../api/webhooks.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useAct } from '../../ui/act.ts';
import { fieldsOf } from '../../ui/form-fields.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  onSecret: (secret: string) => void;
}

export function CreateWebhook({ opened, onClose, onSecret }: Props) {
  const t = useT();
  const act = useAct();
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    const text = fieldsOf(event);
    const types = text('types')
      .split(/[\s,，]+/)
      .filter((type) => type !== '');
    const name = text('name');
    const create = async (): Promise<void> => {
      const { secret } = await createWebhook({ name, url: text('url'), ...(types.length > 0 && { types }) });
      onSecret(secret);
    };
    if (await act(create, t.webhooks.created(name), ['webhooks'])) onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={t.webhooks.create} size="lg" closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form onSubmit={(event) => void submit(event)}>
        <TextInput name="name" label={t.webhooks.name} required maxLength={100} data-autofocus />
        <TextInput mt="sm" name="url" type="url" label={t.webhooks.url} description={t.webhooks.urlHint} required />
        <TextInput mt="sm" name="types" label={t.webhooks.types} description={t.webhooks.typesHint} />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t.actions.keep}
          </Button>
          <Button type="submit">{t.actions.create}</Button>
        </Group>
      </form>
    </Modal>
  );
}
