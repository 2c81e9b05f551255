import { Checkbox, TextInput } from '@mantine/core';
import { useT } from '../../i18n/i18n.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';

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
  const submit = (text: (name: string) => string): void => {
    onSave({ name: text('name'), shared: text('shared') !== '' });
  };
  return (
    <FormDialog onClose={onClose} title={title} action={t.actions.save} onSubmit={submit}>
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
    </FormDialog>
  );
}
