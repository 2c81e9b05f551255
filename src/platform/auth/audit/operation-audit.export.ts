import { csvLine } from '../../../core/text/csv-line.ts';
import { type ExportFormat, type OperationView, toOperationView } from './operation-audit.dto.ts';
import type { OperationRow } from './operation-audit.repository.ts';

export const EXPORT_TYPES: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
};
const COLUMNS = [
  'id',
  'at',
  'actorType',
  'actorId',
  'actorName',
  'operation',
  'method',
  'path',
  'status',
  'reason',
  'requestId',
  'changes',
];

/** The text of an export, a page of rows at a time. In CSV, texts that a spreadsheet would read as formulas get an apostrophe. */
export async function* exported(pages: AsyncIterable<readonly OperationRow[]>, format: ExportFormat): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(COLUMNS);
  const toLine = format === 'csv' ? csvOf : (view: OperationView): string => `${JSON.stringify(view)}\n`;
  for await (const rows of pages) yield rows.map((row) => toLine(toOperationView(row))).join('');
}

function csvOf({ id, at, actor, operation, method, path, status, reason, requestId, changes }: OperationView): string {
  const changed = changes === null ? null : JSON.stringify(changes);
  return csvLine([id, at.toISOString(), actor.type, actor.id, actor.name, operation, method, path, status, reason, requestId, changed]);
}
