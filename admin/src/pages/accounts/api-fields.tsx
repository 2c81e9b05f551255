import { TextInput } from '@mantine/core';
import type { ApiMappingDto } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import css from './account.module.css';

const PATHS = ['items', 'title', 'text', 'url', 'published'] as const;

interface Props {
  mapping: ApiMappingDto | undefined;
  onChange: (mapping: ApiMappingDto) => void;
}

/** Where a JSON answer has its items, and each item its parts. */
export function ApiFields({ mapping = { title: '' }, onChange }: Props) {
  const t = useT();
  const words = t.accounts.api;
  return (
    <div className={`${css.wide} ${css.paths}`}>
      {PATHS.map((member) => (
        <TextInput
          key={member}
          label={words.paths[member]}
          placeholder={words.examples[member]}
          required={member === 'title'}
          value={mapping[member] ?? ''}
          onChange={(event) => onChange({ ...mapping, [member]: event.currentTarget.value })}
        />
      ))}
      <TextInput
        label={words.headers}
        description={words.headersHint}
        placeholder="Authorization: SOURCE_SECRET_NEWS"
        value={headersText(mapping.headers)}
        onChange={(event) => onChange({ ...mapping, headers: headersOf(event.currentTarget.value) })}
      />
    </div>
  );
}

/** Without the paths that the reader left empty. */
export function toMapping({ headers = [], ...paths }: ApiMappingDto): ApiMappingDto {
  const given = Object.fromEntries(PATHS.flatMap((member) => (paths[member] ? [[member, paths[member]]] : [])));
  const complete = headers.filter(({ name, variable }) => name !== '' && variable !== '');
  return { ...(given as { title: string }), ...(complete.length > 0 && { headers: complete }) };
}

type Headers = NonNullable<ApiMappingDto['headers']>;

const headersText = (headers: Headers = []): string =>
  headers.map(({ name, variable }) => (variable === '' ? name : `${name}: ${variable}`)).join(', ');

/** `Name: VARIABLE`, with commas between several. */
function headersOf(text: string): Headers {
  if (text === '') return [];
  return text.split(/[,，]\s*/).map((one) => {
    const [name = '', ...rest] = one.split(/[:：]\s*/);
    return { name, variable: rest.join('') };
  });
}
