import { type CreatorOptions, OptionsTable } from '../options-table.ts';
import { faultOfTemplate, MAX_TEMPLATE } from './data-article/article-template.ts';

export const OFFLINE_FORMS = ['digest', 'data-article', 'round-up', 'writing-kit'] as const;
export type OfflineForm = (typeof OFFLINE_FORMS)[number];

export interface OfflineOptions {
  /** Absent: a digest when there are sources with text, a data article when there are only data, else a writing kit. */
  form?: OfflineForm;
  data?: string;
  label?: string;
  column?: string;
  total: boolean;
  template?: string;
  days: number;
  until?: string;
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
  days: { type: 'integer', description: 'Round-up: the number of days.', default: 7, minimum: 1, maximum: 92 },
  until: {
    type: 'string',
    description: 'Round-up: the last day, YYYY-MM-DD in the time zone of the account; yesterday by default.',
    fault: (text) => (isDay(text) ? null : 'must be a day such as 2026-11-28'),
  },
});

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The options of a request, which were checked against OFFLINE_OPTIONS. */
export function offlineOptions(options: CreatorOptions): OfflineOptions {
  return { total: false, days: 7, ...(options as Partial<OfflineOptions>) };
}
