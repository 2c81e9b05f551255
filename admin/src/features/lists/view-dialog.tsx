import { Button, Checkbox, Group, Modal, TextInput } from '@mantine/core';
import type { FormEvent } from 'react';
import { useT } from '../../i18n/i18n.tsx';
import { fieldsOf } from '../../ui/form-fields.ts';

export interface ViewNames {
  readonly name: string;
  readonly shared: boolean;
}

interface Props {
  title: string;
  start: ViewNames | undefined;
  onSave: (names: ViewNames) => void;
  onClose: () => void;
}

export function ViewDialog({ title, start, onSave, onClose }: Props) {
  const t = useT();
  const submit = (event: FormEvent<HTMLFormElement>): void => {
    const text = fieldsOf(event);
    onSave({ name: text('name'), shared: text('shared') !== '' });
  };
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t.actions.close }}>
      <form onSubmit={submit}>
        <TextInput
          name="name"
          label={t.lists.viewName}
          description={t.lists.viewHint}
          defaultValue={start?.name}
          maxLength={100}
          required
          data-autofocus
        />
        <Checkbox mt="sm" name="shared" label={t.lists.share} defaultChecked={start?.shared ?? false} />
        <Group justify="flex-end" mt="md" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t.actions.keep}
          </Button>
          <Button type="submit">{t.actions.save}</Button>
        </Group>
      </form>
    </Modal>
  );
}
