import { Alert, Button, Group, JsonInput, Modal, NumberInput, SegmentedControl } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { ApiError } from '../../api/client.ts';
import { runTask, taskQuery } from '../../api/tasks.ts';
import { errorsByField, formOf, type FormFault, type FormValues, readForm } from '../../features/params/form-values.ts';
import { ParamsForm } from '../../features/params/params-form.tsx';
import { fieldsOf, type JsonSchema } from '../../features/params/schema-fields.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import { CopyText } from '../../ui/copy.tsx';
import { parseObject } from '../../ui/parse-object.ts';
import { Loading, Trouble } from '../../ui/states.tsx';

const DEFAULT_PRIORITY = 5;

/** Submits a named task, and opens its execution. */
export function RunTask({ name, onClose }: { name: string | undefined; onClose: () => void }) {
  const t = useT();
  const query = useQuery({ ...taskQuery(name ?? ''), enabled: name !== undefined });
  return (
    <Modal
      opened={name !== undefined}
      onClose={onClose}
      title={t.tasks.runTitle(name ?? '')}
      size="lg"
      closeButtonProps={{ 'aria-label': t.actions.close }}
    >
      {query.error && <Trouble error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <Loading />}
      {query.data && <RunForm name={query.data.name} schema={query.data.paramsSchema as JsonSchema | null} onClose={onClose} />}
    </Modal>
  );
}

interface Refused {
  byField: Record<string, string>;
  rest: string[];
}
const NOTHING: Refused = { byField: {}, rest: [] };

/** A typed form where the task has a schema of its params; always also as JSON. */
function RunForm({ name, schema, onClose }: { name: string; schema: JsonSchema | null; onClose: () => void }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const navigate = useNavigate();
  const fields = useMemo(() => fieldsOf(schema), [schema]);
  const [mode, setMode] = useState<'form' | 'json'>(fields ? 'form' : 'json');
  const [text, setText] = useState('{}');
  const [values, setValues] = useState<FormValues>(() => formOf(fields ?? [], {}));
  const [faults, setFaults] = useState<Readonly<Record<string, FormFault>>>({});
  const [refused, setRefused] = useState<Refused>(NOTHING);
  const [priority, setPriority] = useState<number | string>(DEFAULT_PRIORITY);
  const [busy, setBusy] = useState(false);
  const read = readForm(fields ?? [], values);
  const params = mode === 'form' ? read.params : parseObject(text);

  const change = (next: 'form' | 'json'): void => {
    if (next === 'json') setText(JSON.stringify(read.params, null, 2));
    else if (params !== undefined) setValues(formOf(fields ?? [], params));
    setRefused(NOTHING);
    setMode(next);
  };
  const submit = async (): Promise<void> => {
    setRefused(NOTHING);
    setFaults(mode === 'form' ? read.faults : {});
    if (params === undefined || (mode === 'form' && Object.keys(read.faults).length > 0)) return;
    setBusy(true);
    try {
      const { executionId } = await runTask(name, { params, priority: Number(priority) });
      notify(t.tasks.submitted);
      void client.invalidateQueries({ queryKey: ['executions'] });
      void navigate({ to: '/executions', search: { sel: executionId } });
    } catch (error) {
      const errors = error instanceof ApiError ? error.problem.errors : [];
      if (errors.length > 0) setRefused(errorsByField(mode === 'form' ? (fields ?? []) : [], errors));
      else notify((error as Error).message, true);
    }
    setBusy(false);
  };
  const isJson = params !== undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {fields && (
        <SegmentedControl
          size="xs"
          mb="sm"
          aria-label={t.tasks.params}
          value={mode}
          onChange={(next) => change(next as 'form' | 'json')}
          data={[
            { value: 'form', label: t.tasks.asForm },
            { value: 'json', label: 'JSON' },
          ]}
        />
      )}
      {mode === 'form' ? (
        <ParamsForm
          fields={fields ?? []}
          values={values}
          faults={faults}
          errors={refused.byField}
          onChange={(pointer, value) => {
            setValues((old) => ({ ...old, [pointer]: value }));
            setFaults((old) => Object.fromEntries(Object.entries(old).filter(([key]) => key !== pointer)));
          }}
        />
      ) : (
        <JsonInput
          label={t.tasks.params}
          description={schema === null ? t.tasks.noSchema : t.tasks.paramsHint}
          value={text}
          onChange={setText}
          error={!isJson && t.run.notJson}
          autosize
          minRows={6}
          maxRows={20}
          data-autofocus
        />
      )}
      <NumberInput
        mt="sm"
        label={t.tasks.priority}
        value={priority}
        onChange={setPriority}
        min={1}
        max={10}
        allowDecimal={false}
        maw={180}
        hideControls
      />
      {refused.rest.length > 0 && (
        <Alert mt="sm" color="red" title={t.tasks.refused}>
          {refused.rest.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Alert>
      )}
      <p className="quiet">
        <CopyText text={`npx contenthub task run ${name} --params '${JSON.stringify(params ?? {}).replaceAll("'", `'\\''`)}'`} />
      </p>
      <Group justify="flex-end" mt="md" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t.actions.keep}
        </Button>
        <Button type="submit" loading={busy} disabled={!isJson}>
          {t.tasks.run}
        </Button>
      </Group>
    </form>
  );
}
