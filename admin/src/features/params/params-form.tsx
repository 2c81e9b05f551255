import { Fieldset, JsonInput, MultiSelect, NumberInput, Select, Textarea, TextInput } from '@mantine/core';
import { useT } from '../../i18n/i18n.tsx';
import { AccountSelect } from '../account-select.tsx';
import type { FormFault, FormValues } from './form-values.ts';
import css from './params.module.css';
import type { Field } from './schema-fields.ts';

interface Props {
  fields: readonly Field[];
  values: FormValues;
  /** What is wrong before sending, and what the server refused. */
  faults: Readonly<Record<string, FormFault>>;
  errors: Readonly<Record<string, string>>;
  onChange: (pointer: string, value: string | readonly string[]) => void;
}

/** More optional fields than this are folded. */
const MOST_OPEN = 4;

/** A form made from the JSON schema of the params of a task. */
export function ParamsForm(props: Props) {
  const t = useT();
  const { fields, faults, errors } = props;
  const needed = fields.filter(({ required }) => required);
  const optional = fields.filter(({ required }) => !required);
  const isWrong = optional.some(({ pointer }) => [...Object.keys(faults), ...Object.keys(errors)].some((one) => one.startsWith(pointer)));
  const inputs = (some: readonly Field[]) => some.map((field) => <FieldInput key={field.pointer} field={field} {...props} />);
  return (
    <div className={css.fields}>
      {inputs(needed)}
      {optional.length <= MOST_OPEN ? (
        inputs(optional)
      ) : (
        <details className={css.fold} open={isWrong || undefined}>
          <summary>{t.tasks.optional(optional.length)}</summary>
          <div className={css.fields}>{inputs(optional)}</div>
        </details>
      )}
    </div>
  );
}

function FieldInput(props: Props & { field: Field }) {
  const t = useT();
  const { field, values, faults, errors, onChange } = props;
  const { pointer, name, kind, required, schema } = field;
  const fault = faults[pointer];
  const error = fault === undefined ? errors[pointer] : t.tasks.faults[fault];
  const raw = values[pointer];
  const text = typeof raw === 'string' ? raw : '';
  const shared = { label: name, description: schema.description, error, withAsterisk: required, 'data-pointer': pointer };
  const set = (value: string | null): void => onChange(pointer, value ?? '');
  const ofInput = { ...shared, value: text, onChange: (event: { currentTarget: { value: string } }) => set(event.currentTarget.value) };
  switch (kind) {
    case 'group':
      return (
        <Fieldset legend={name} className={css.group}>
          {schema.description !== undefined && <p className="quiet">{schema.description}</p>}
          <div className={css.fields}>
            {field.fields.map((one) => (
              <FieldInput key={one.pointer} {...props} field={one} />
            ))}
          </div>
        </Fieldset>
      );
    case 'account':
      return <AccountSelect {...shared} value={text === '' ? null : text} onChange={set} />;
    case 'boolean':
    case 'choice':
      return (
        <Select
          {...shared}
          placeholder={t.tasks.notGiven}
          value={text === '' ? null : text}
          onChange={set}
          data={
            kind === 'choice'
              ? (schema.enum ?? []).map(String)
              : [
                  { value: 'true', label: t.tasks.yes },
                  { value: 'false', label: t.tasks.no },
                ]
          }
          clearable={!required}
          clearButtonProps={{ 'aria-label': t.actions.clear }}
          searchable={kind === 'choice'}
        />
      );
    case 'choices':
      return (
        <MultiSelect
          {...shared}
          value={typeof raw === 'object' ? [...raw] : []}
          onChange={(value) => onChange(pointer, value)}
          data={(schema.items?.enum ?? []).map(String)}
        />
      );
    case 'integer':
    case 'number':
      return (
        <NumberInput
          {...shared}
          value={text}
          onChange={(value) => set(String(value))}
          allowDecimal={kind === 'number'}
          thousandSeparator={false}
          clampBehavior="none"
          hideControls
          {...(schema.minimum !== undefined && { min: schema.minimum })}
          {...(schema.maximum !== undefined && { max: schema.maximum })}
        />
      );
    case 'time':
      return <TextInput {...ofInput} type="datetime-local" />;
    case 'day':
      return <TextInput {...ofInput} type="date" />;
    case 'texts':
      return <Textarea {...ofInput} description={describe(schema.description, t.tasks.onePerLine)} autosize minRows={2} maxRows={8} />;
    case 'longText':
      return <Textarea {...ofInput} autosize minRows={2} maxRows={10} />;
    case 'json':
      return <JsonInput {...shared} value={text} onChange={set} placeholder="JSON" autosize minRows={2} maxRows={12} />;
    case 'text':
      return <TextInput {...ofInput} />;
  }
}

const describe = (...parts: (string | undefined)[]): string => parts.filter(Boolean).join(' ');
