/** The address that opens the form for a new content over the present page, filled with what is known. */
export function generateAddress(fill: { account: string; at: string }): string {
  const search = new URLSearchParams(location.search);
  search.set('generate', '1');
  for (const [name, value] of Object.entries(fill)) search.set(name, value);
  return `${location.pathname}?${search.toString().replaceAll('%3A', ':')}`;
}
