/** Members of the address that belong to the moment, not to a view. */
const PASSING = ['view', 'sel', 'generate', 'topic', 'account', 'at'];
const COLUMNS = 'columns';

/** The query string of a view: the filter of the address, and the columns unless they are those of the page. */
export function viewQueryOf(address: string, columns?: readonly string[]): string {
  const params = new URLSearchParams(address);
  for (const name of [...PASSING, COLUMNS]) params.delete(name);
  for (const column of columns ?? []) params.append(COLUMNS, column);
  return params.toString();
}

/** The filter of a view for the address, and its columns. */
export function readViewQuery(query: string): { search: string; columns: string[] | undefined } {
  const params = new URLSearchParams(query);
  const columns = params.getAll(COLUMNS);
  params.delete(COLUMNS);
  return { search: params.toString(), columns: columns.length > 0 ? columns : undefined };
}
