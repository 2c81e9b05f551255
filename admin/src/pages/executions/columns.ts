import type { ExecutionView } from '../../api/schema/types.gen.ts';
import type { Messages } from '../../i18n/en/index.ts';
import { subjectOf } from './cells.tsx';

/** Its saved views, columns and export have this name. */
export const PAGE = 'executions';

/** State and task are always shown. */
const COLUMNS = { subject: true, attempt: true, queue: false, priority: false, submitted: true, took: true } as const;
export type ChoosableColumn = keyof typeof COLUMNS;

export const choosableColumns = (t: Messages) =>
  (Object.keys(COLUMNS) as ChoosableColumn[]).map((key) => ({ key, title: t.executions.columns[key], isDefault: COLUMNS[key] }));

const FIELDS = [
  'taskName',
  'queue',
  'status',
  'phase',
  'attempt',
  'maxAttempts',
  'priority',
  'createdAt',
  'startedAt',
  'finishedAt',
] as const;

/** The names of the API, so that a file is the same in every language. */
export const CSV_HEAD = ['executionId', ...FIELDS, 'subject', 'errorCode', 'errorMessage'];

export const csvCells = (row: ExecutionView): readonly unknown[] => [
  row.executionId,
  ...FIELDS.map((name) => row[name]),
  subjectOf(row.params),
  row.error?.code,
  row.error?.message,
];
