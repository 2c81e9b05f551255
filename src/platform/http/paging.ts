import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ProblemError } from './problem.ts';
import { isUuid } from './uuid.ts';

/** One page of a keyset-paged list. */
export interface Page<T> {
  items: T[];
  /** Passed back as `cursor` for the next page; null on the last. */
  nextCursor: string | null;
}

/** A whole number as JSON writes it: no 01, no +1, no -0. */
export const WHOLE_NUMBER = /^(0|-?[1-9]\d{0,14})$/;

/** Query texts that are whole numbers become numbers. The rule behind it refuses all others. */
export function ToInt(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' && WHOLE_NUMBER.test(value) ? Number(value) : value));
}

/** The query of every list. Extend it with the filters of the list. */
export class PageQuery {
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 200, default: 50, description: 'Most items of one page.' })
  @ToInt()
  @IsInt()
  @Min(1)
  @Max(200)
  @IsOptional()
  limit: number = 50;

  @ApiPropertyOptional({ description: 'nextCursor of the page before.', maxLength: 1000 })
  @IsString()
  @MaxLength(1000)
  @IsOptional()
  cursor?: string;
}

const VERSION = '1';

/** The sort key of the last item of a page, opaque to clients so that it may change with VERSION. */
export function encodeCursor(parts: (string | number)[]): string {
  return VERSION + Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** @throws {ProblemError} 400 `invalid_cursor` unless it is an own cursor of `arity` parts. */
export function decodeCursor(raw: string, arity: number): (string | number)[] {
  const parts = raw.startsWith(VERSION) && /^[\w-]+$/.test(raw) ? parse(Buffer.from(raw.slice(1), 'base64url').toString()) : null;
  const usable = Array.isArray(parts) && parts.length === arity && parts.every(isPart);
  // Only the text that encodeCursor would have made: base64url has many spellings of the same bytes.
  if (!usable || encodeCursor(parts) !== raw) throw invalidCursor();
  return parts;
}

/**
 * A page of a list that is sorted by id alone. `rows` were asked for with one more than `limit`; `list` names the list,
 * so that the cursor of one means nothing to another.
 */
export function idPage<Row extends { id: string }, View>(
  list: string,
  rows: readonly Row[],
  limit: number,
  toView: (row: Row) => View,
): Page<View> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(toView), nextCursor: rows.length > limit && last ? encodeCursor([list, last.id]) : null };
}

/** The id a cursor of idPage goes on below; undefined for the first page. @throws {ProblemError} 400 `invalid_cursor` */
export function decodeIdCursor(list: string, raw: string | undefined): string | undefined {
  if (raw === undefined) return undefined;
  const [name, id] = decodeCursor(raw, 2);
  if (name !== list || typeof id !== 'string' || !isUuid(id)) throw invalidCursor();
  return id;
}

function isPart(part: unknown): part is string | number {
  return typeof part === 'number' || (typeof part === 'string' && part.isWellFormed() && !part.includes('\0'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

function invalidCursor(): ProblemError {
  return ProblemError.badRequest('invalid_cursor', 'The query parameter cursor is not the nextCursor of this list.', {
    detail: 'Leave it out to begin again.',
    errors: [{ pointer: '/cursor', code: 'invalid_cursor', detail: 'is not the nextCursor of this list' }],
  });
}
