import { markdownToText, readMarkdown } from '../../../core/text/markdown-text.ts';
import { splitSentences } from '../../../core/text/sentences.ts';
import type { CreationRequest, CreationResult } from '../../creator.ts';
import type { OfflineOptions } from '../offline-options.ts';
import { renderArticle, type TemplateValues } from './article-template.ts';
import { readCellNumber } from './cell-number.ts';
import { dataFault } from './data-fault.ts';
import { dayOf, type LoadedData } from './data-source.ts';
import { checkColumn, type DataTable, readDataTable } from './data-table.ts';
import { DATA_WORDING } from './data-wording.ts';
import { DEFAULT_TEMPLATES } from './default-template.ts';

export type DataArticle = Pick<CreationResult, 'title' | 'summary' | 'bodyMarkdown' | 'boilerplate' | 'sources'> & {
  /** The template that was used: `default` or `own`. */
  template: 'default' | 'own';
  rows: number;
};

/** The rows that the default template shows in its table. */
const SHOWN_ROWS = 20;
const MAX_SUMMARY = 200;

/** Writes an article from a template and a table. Its last paragraphs, about the source, are the creator's own. */
export function composeDataArticle(request: CreationRequest, data: LoadedData, options: OfflineOptions): DataArticle {
  const { language, topic, account } = request;
  const wording = DATA_WORDING[language];
  const table = readDataTable(data.text, data.name);
  const { label, value } = chooseColumns(table, options);
  const date = dayOf(data);
  const values: TemplateValues = {
    topic,
    account: { name: account.name },
    source: { name: data.name, location: data.location, date },
    label,
    value,
    isSeries: isRising(table.rows.map((row) => row[label] ?? '')),
    isTotal: options.total,
    startsAtZero: value !== null && readCellNumber(table.rows[0]?.[value] ?? '')?.value.units === 0n,
    limit: SHOWN_ROWS,
  };
  const rendered = renderArticle(options.template ?? DEFAULT_TEMPLATES[language], table, values);
  if (rendered === '') throw dataFault('template_invalid', 'The template renders to an empty text: write sentences or a table into it.');

  const heading = /^# +(.+)\n*/.exec(rendered);
  const title = heading?.[1] === undefined ? (topic ?? wording.title(data.name, value)) : markdownToText(heading[1]);
  const text = withFootnotes(heading === null ? rendered : rendered.slice(heading[0].length));
  const described = wording.source(data, date);
  const body = [text, `## ${wording.sources}`, `- ${described}`, '---', `*${wording.closing}*`, `[^1]: ${described}`];
  return {
    title,
    summary: summaryOf(rendered),
    bodyMarkdown: `${body.join('\n\n')}\n`,
    boilerplate: [markdownToText(described), wording.closing],
    sources: [{ id: '1', title: data.name, location: data.location ?? wording.inAccount, publishedAt: date }],
    template: options.template === undefined ? 'default' : 'own',
    rows: table.rows.length,
  };
}

/** The label is the first column, and the value the first other column that has only numbers, unless options name them. */
function chooseColumns(table: DataTable, { label, column }: OfflineOptions): { label: string; value: string | null } {
  if (label !== undefined) checkColumn(table, label, 'The option "label"');
  if (column !== undefined) checkColumn(table, column, 'The option "column"');
  const named = label ?? table.columns.find((each) => each !== column) ?? table.columns[0] ?? '';
  const isNumeric = (each: string): boolean => table.rows.every((row) => readCellNumber(row[each] ?? '') !== null);
  return { label: named, value: column ?? table.columns.find((each) => each !== named && isNumeric(each)) ?? null };
}

/** Years, months or days, each later than the one before. */
function isRising(labels: readonly string[]): boolean {
  const dates = labels.map((label) => /^(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})日?)?月?|年)?$/u.exec(label));
  const times = dates.map((date) =>
    date === null ? Number.NaN : Date.UTC(Number(date[1]), Number(date[2] ?? 1) - 1, Number(date[3] ?? 1)),
  );
  return times.length > 1 && times.every((time, at) => (at === 0 ? !Number.isNaN(time) : time > (times[at - 1] ?? Number.NaN)));
}

/** A footnote at the end of each paragraph of sentences. */
function withFootnotes(markdown: string): string {
  const blocks = markdown.split(/\n{2,}/);
  return blocks
    .map((block) => (/^(?:#|\||[-*+>] |\d+[.)] |```|---)/.test(block.trimStart()) ? block : `${block.trimEnd()}[^1]`))
    .join('\n\n');
}

function summaryOf(markdown: string): string {
  const [first = ''] = readMarkdown(markdown).sections.flatMap(({ paragraphs }) => paragraphs);
  let summary = '';
  for (const sentence of splitSentences(first)) {
    if (summary !== '' && summary.length + sentence.length >= MAX_SUMMARY) break;
    summary = summary === '' || /[。！？]$/.test(summary) ? summary + sentence : `${summary} ${sentence}`;
  }
  return summary.slice(0, MAX_SUMMARY);
}
