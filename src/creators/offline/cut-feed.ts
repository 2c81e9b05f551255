const ITEM_END = /<\/(?:[\w.-]+:)?(?:item|entry)\s*>/gi;

/** Blanks CDATA sections and comments, so that only markup is found and positions stay valid. */
export function blankText(xml: string): string {
  let blanked = '';
  let from = 0;
  for (let open = xml.indexOf('<!', from); open !== -1; open = xml.indexOf('<!', from)) {
    const end = xml.startsWith('<![CDATA[', open) ? ']]>' : xml.startsWith('<!--', open) ? '-->' : null;
    if (end === null) {
      blanked += xml.slice(from, open + 2);
      from = open + 2;
      continue;
    }
    const close = xml.indexOf(end, open);
    const until = close === -1 ? xml.length : close + 3;
    blanked += xml.slice(from, open) + ' '.repeat(until - open);
    from = until;
  }
  return blanked + xml.slice(from);
}

/** The feed up to the last item that ends within `limit` characters; null when none does. The parser closes the open elements. */
export function cutAfterItem(xml: string, blanked: string, limit: number): { xml: string; items: number } | null {
  let items = 0;
  let end = 0;
  for (const { index, 0: tag } of blanked.matchAll(ITEM_END)) {
    if (index + tag.length > limit) break;
    items += 1;
    end = index + tag.length;
  }
  return items === 0 ? null : { xml: xml.slice(0, end), items };
}
