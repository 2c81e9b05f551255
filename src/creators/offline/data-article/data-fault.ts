import { CreationError } from '../../creation-error.ts';

/** Why a data article was not written. */
export type DataFaultReason =
  | 'data_source_missing'
  | 'data_source_ambiguous'
  | 'data_unreadable'
  | 'data_empty'
  | 'data_too_large'
  | 'column_missing'
  | 'cell_not_numeric'
  | 'not_computable'
  | 'template_invalid'
  | 'number_not_computed';

/** The message names the row and the column, or the line of the template, and what to change. */
export function dataFault(reason: DataFaultReason, message: string, cause?: unknown): CreationError {
  return new CreationError('invalid_input', message, { reason, cause });
}
