import { type CreatorOptions, OptionsTable } from '../options-table.ts';
import { faultOfTemplate, MAX_TEMPLATE } from './data-article/article-template.ts';

export const OFFLINE_FORMS = ['digest', 'data-article', 'writing-kit'] as const;
export type OfflineForm = (typeof OFFLINE_FORMS)[number];

export interface OfflineOptions {
  /** Absent: a digest when there are sources with text, a data article when there are only data, else a writing kit. */
  form?: OfflineForm;
  data?: string;
  label?: string;
  column?: string;
  total: boolean;
  template?: string;
}

export const OFFLINE_OPTIONS = new OptionsTable({
  form: {
    type: 'string',
    description:
      'What to write. Absent: a digest when there are sources with text, a data article when there are only data, else a writing kit.',
    enum: OFFLINE_FORMS,
  },
  data: {
    type: 'string',
    description: 'Data article: name or location of the data source, when the account has several.',
    maxLength: 2_000,
  },
  label: { type: 'string', description: 'Data article: the column that names a row; the first one by default.' },
  column: { type: 'string', description: 'Data article: the column of the figures; by default the first that has only numbers.' },
  total: { type: 'boolean', description: 'Data article: the figures add up to a total, so the sum and shares are shown.', default: false },
  template: {
    type: 'string',
    description: 'Data article: a Liquid template that replaces the built-in one.',
    maxLength: MAX_TEMPLATE,
    fault: faultOfTemplate,
  },
});

/** The options of a request, which were checked against OFFLINE_OPTIONS. */
export function offlineOptions(options: CreatorOptions): OfflineOptions {
  return { total: false, ...(options as Partial<OfflineOptions>) };
}
