import { TextInput } from '@mantine/core';
import { createWebhook } from '../../api/webhooks.ts';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { useAct } from '../../ui/act.ts';

interface Props {
  opened: boolean;
  onClose: () => void;
  onSecret: (secret: string) => void;
}

export function CreateWebhook({ opened, onClose, onSecret }: Props) {
  const t = useT();
  const act = useAct();
  const submit = async (text: (name: string) => string): Promise<void> => {
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
    <FormDialog opened={opened} onClose={onClose} title={t.webhooks.create} size="lg" action={t.actions.create} onSubmit={submit}>
      <TextInput name="name" label={t.webhooks.name} required maxLength={100} data-autofocus />
      <TextInput mt="sm" name="url" type="url" label={t.webhooks.url} description={t.webhooks.urlHint} required />
      <TextInput mt="sm" name="types" label={t.webhooks.types} description={t.webhooks.typesHint} />
    </FormDialog>
  );
}
