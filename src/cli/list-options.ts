import type { Page } from './api-types.ts';
import type { Command } from 'commander';
import { integer } from './parsers.ts';

export interface ListOptions {
  readonly limit?: number;
  readonly all?: boolean;
}

const DEFAULT_LIMIT = 50;

export function addListOptions(command: Command): Command {
  return command.option('--limit <n>', `at most so many (default: ${DEFAULT_LIMIT})`, integer(1, 100_000)).option('--all', 'all of them');
}

export function limitOf({ limit = DEFAULT_LIMIT, all }: ListOptions): number {
  return all ? Number.POSITIVE_INFINITY : limit;
}

/** An answer that is not paged, for the printer of lists. */
export async function* onePage<T>({ items }: { items: readonly T[] }): AsyncGenerator<Page<T>> {
  yield { items, nextCursor: null };
}
