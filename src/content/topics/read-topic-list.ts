import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { WHOLE_NUMBER } from '../../platform/http/paging.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { toFieldErrors } from '../../platform/http/validation.ts';
import { CreationError } from '../../creators/creation-error.ts';
import { readDataTable } from '../../creators/offline/data-article/data-table.ts';
import type { SkippedTopic, TopicProposal } from './topic.ts';
import { MAX_IMPORT, TopicFields } from './topic-request.dto.ts';

const COLUMNS = ['title', 'keywords', 'section', 'sourceUrl', 'series', 'number', 'expiresAt'];

export interface TopicList {
  readonly proposals: TopicProposal[];
  /** Lines that are no valid topic. */
  readonly skipped: SkippedTopic[];
}

/** One title on each line; bullets and blank lines are ignored. */
export function readTopicLines(lines: readonly string[]): TopicList {
  const titles = lines.flatMap((line) => line.split('\n')).map((line) => line.replace(/^\s*(?:[-*•]|\d+[.)])\s+/, '').trim());
  return checked(titles.filter((title) => title !== '').map((title) => ({ title })));
}

/** @throws {ProblemError} 422 for a text that is no CSV, without a column `title`, or with a column that is not known. */
export function readTopicTable(csv: string): TopicList {
  const { columns, rows } = tableOf(csv);
  const unknown = columns.find((column) => !COLUMNS.includes(column));
  if (!columns.includes('title')) throw invalid('The first line of the CSV names no column "title".');
  if (unknown !== undefined) throw invalid(`The column "${unknown.slice(0, 100)}" is not known: the columns are ${COLUMNS.join(', ')}.`);
  if (rows.length > MAX_IMPORT) throw invalid(`The CSV has ${rows.length} rows: import at most ${MAX_IMPORT} at once.`);
  return checked(rows.map(toFields));
}

function tableOf(csv: string): ReturnType<typeof readDataTable> {
  try {
    return readDataTable(csv, 'csv');
  } catch (error) {
    if (!(error instanceof CreationError)) throw error;
    throw invalid(error.message);
  }
}

function toFields(row: Readonly<Record<string, string>>): object {
  const given = Object.entries(row).filter(([, cell]) => cell !== '');
  return Object.fromEntries(
    given.map(([column, cell]) => {
      if (column === 'keywords') return [column, cell.split(/[;；]/).filter((word) => word.trim() !== '')];
      return [column, column === 'number' && WHOLE_NUMBER.test(cell) ? Number(cell) : cell];
    }),
  );
}

function checked(rows: readonly object[]): TopicList {
  const list: TopicList = { proposals: [], skipped: [] };
  for (const row of rows) {
    const fields = plainToInstance(TopicFields, row);
    const errors = toFieldErrors(validateSync(fields), '');
    const inSeries = seriesError(fields);
    if (inSeries !== null) errors.push(inSeries);
    if (errors.length === 0) list.proposals.push(toProposal(fields));
    else {
      const title = 'title' in row && typeof row.title === 'string' ? row.title.slice(0, 300) : '';
      list.skipped.push({
        title,
        code: 'title_invalid',
        detail: errors.map(({ pointer, detail }) => `${pointer.slice(1)} ${detail}`).join('; '),
      });
    }
  }
  return list;
}

/** A series and its number come together. */
export function seriesError({ series = null, number = null }: Pick<TopicFields, 'series' | 'number'>): {
  pointer: string;
  code: string;
  detail: string;
} | null {
  if ((series === null) === (number === null)) return null;
  return { pointer: series === null ? '/series' : '/number', code: 'required', detail: 'is required: a part of a series has both' };
}

export function toProposal({ expiresAt, ...fields }: TopicFields): TopicProposal {
  return { ...fields, expiresAt: expiresAt === undefined || expiresAt === null ? null : new Date(expiresAt) };
}

function invalid(detail: string): ProblemError {
  return ProblemError.unprocessable('csv_invalid', 'The CSV cannot be read.', {
    detail,
    errors: [{ pointer: '/csv', code: 'csv_invalid', detail }],
  });
}
