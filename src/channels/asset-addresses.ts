/** The start of a picture or a link, as the renderer writes it. In text, `<` is escaped. */
const REFERENCE = /(<(?:img src|a href)=")assets\/([^"]+)"/g;

/** Replaces the references `assets/<name>` to files of a package in its HTML by their addresses at the channel. */
export function withAssetAddresses(html: string, addresses: ReadonlyMap<string, string>): string {
  return html.replace(REFERENCE, (whole, start: string, name: string) => {
    const address = addresses.get(name);
    return address === undefined ? whole : `${start}${address}"`;
  });
}
