/** Replaces the image references `assets/<name>` in the HTML of a package by their addresses at the channel. */
export function withImageAddresses(html: string, addresses: ReadonlyMap<string, string>): string {
  return html.replace(/\bsrc="assets\/([^"]+)"/g, (whole, name: string) => {
    const address = addresses.get(name);
    return address === undefined ? whole : `src="${address}"`;
  });
}
