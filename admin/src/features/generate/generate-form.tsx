import { Button, MultiSelect, NumberInput, Switch, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { CopyText } from '../../ui/copy.tsx';
import css from './generate.module.css';
import { commandOf, curlOf, type GenerateForm as Form, requestOf } from './request.ts';

interface Props {
  form: Form;
  accountIds: string[];
  accounts: readonly AccountView[];
  busy: boolean;
  onForm: (form: Form) => void;
  onAccounts: (ids: string[]) => void;
  onSubmit: () => void;
}

/** One field large, the rest folded. */
export function GenerateForm({ form, accountIds, accounts, busy, onForm, onAccounts, onSubmit }: Props) {
  const t = useT();
  const [error, setError] = useState(false);
  const set = (change: Partial<Form>): void => onForm({ ...form, ...change });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setError(accountIds.length === 0);
    if (accountIds.length > 0) onSubmit();
  };
  const isOffline = accounts.some(({ id, creator }) => accountIds.includes(id) && creator === 'offline');
  const body = requestOf(form, accountIds[0] ?? '<account>');
  return (
    <form className={css.form} onSubmit={submit}>
      <Textarea
        label={t.generate.topic}
        description={t.generate.topicHint}
        classNames={{ input: css.topic }}
        value={form.topic}
        maxLength={300}
        autosize
        minRows={2}
        data-autofocus
        onChange={(event) => set({ topic: event.currentTarget.value })}
      />
      <MultiSelect
        label={t.generate.accounts}
        placeholder={accountIds.length === 0 ? t.generate.chooseAccounts : ''}
        data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
        value={accountIds}
        onChange={onAccounts}
        error={error && accountIds.length === 0 && t.generate.chooseAccounts}
        searchable
        withAsterisk
        hidePickedOptions
      />
      <TextInput
        label={t.generate.keywords}
        description={t.generate.keywordsHint}
        value={form.keywords}
        onChange={(event) => set({ keywords: event.currentTarget.value })}
      />
      <Switch
        label={t.generate.autoApprove}
        checked={form.autoApprove}
        onChange={(event) => set({ autoApprove: event.currentTarget.checked })}
      />
      <details className={css.fold}>
        <summary>{t.generate.more}</summary>
        <TextInput label={t.generate.tone} value={form.tone} onChange={(event) => set({ tone: event.currentTarget.value })} />
        <Textarea
          label={t.generate.requirements}
          value={form.requirements}
          maxLength={4000}
          autosize
          minRows={3}
          onChange={(event) => set({ requirements: event.currentTarget.value })}
        />
        <NumberInput
          label={t.generate.priority}
          description={t.generate.priorityHint}
          value={form.priority}
          onChange={(value) => set({ priority: Number(value) || 5 })}
          min={1}
          max={10}
          hideControls
        />
      </details>
      <details className={css.fold}>
        <summary>{t.generate.later}</summary>
        <TextInput
          type="datetime-local"
          label={t.generate.at}
          value={form.at}
          onChange={(event) => set({ at: event.currentTarget.value })}
        />
      </details>
      <details className={css.fold}>
        <summary>{t.generate.asCall}</summary>
        <p className="quiet">{t.generate.curl}</p>
        <CopyText text={curlOf(location.origin, body)} label={`${t.actions.copy} ${t.generate.curl}`} />
        <p className="quiet">{t.generate.cli}</p>
        <CopyText text={commandOf(body)} label={`${t.actions.copy} ${t.generate.cli}`} />
      </details>
      <div className={css.submit}>
        {isOffline && <span className="quiet">{t.generate.offlineHint}</span>}
        <Button type="submit" size="sm" loading={busy}>
          {t.generate.submit}
        </Button>
      </div>
    </form>
  );
}
