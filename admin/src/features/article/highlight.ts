/** Every occurrence of the passages, as ranges: the DOM of the article is not changed. */
function rangesOf(root: HTMLElement, passages: readonly string[]): Range[] {
  const ranges: Range[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = (node.nodeValue ?? '').toLowerCase();
    for (const passage of passages) {
      for (let at = text.indexOf(passage); at >= 0; at = text.indexOf(passage, at + passage.length)) {
        const range = new Range();
        range.setStart(node, at);
        range.setEnd(node, at + passage.length);
        ranges.push(range);
      }
    }
  }
  return ranges;
}

/** Marks passages by a CSS highlight; the function that is returned removes them. */
export function highlight(root: HTMLElement, name: string, passages: readonly string[]): () => void {
  if (!('highlights' in CSS) || passages.length === 0) return () => undefined;
  CSS.highlights.set(name, new Highlight(...rangesOf(root, passages)));
  return () => void CSS.highlights.delete(name);
}
