import type { FeedElement } from './feed-text.ts';

/** The page of an item: its link, its alternate link, or a guid that is not marked as no permalink. */
export function linkOf(item: FeedElement, feedAddress: string | null): string | null {
  const links = item.findElementsWithName('link');
  const rel = (value: string | null): string[] =>
    links.filter((link) => link.getAttribute('rel') === value).flatMap((link) => resolve(link, link.getAttribute('href'), feedAddress));
  const guids = item.findElementsWithName('guid').filter((guid) => guid.getAttribute('ispermalink')?.toLowerCase() !== 'false');
  return (
    [
      ...links.flatMap((link) => resolve(link, link.textContent, feedAddress)),
      ...rel('alternate'),
      ...rel(null),
      ...guids.flatMap((guid) => (/^https?:/i.test(guid.textContent.trim()) ? resolve(guid, guid.textContent, feedAddress) : [])),
    ][0] ?? null
  );
}

/** Links appear in the published text, so anything but http(s) is dropped. */
export function webAddress(link: string | null, base: string | null): string | null {
  const text = link?.trim() ?? '';
  if (text === '') return null;
  const url = URL.parse(text, base ?? undefined);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.href : null;
}

function resolve(element: FeedElement, link: string | null, feedAddress: string | null): string[] {
  const address = webAddress(link, baseOf(element, feedAddress));
  return address === null ? [] : [address];
}

/** Each `xml:base` is relative to the enclosing one, the outermost to the address of the feed. */
function baseOf(element: FeedElement | null, feedAddress: string | null): string | null {
  if (element === null) return feedAddress;
  const around = baseOf(element.parent, feedAddress);
  const own = element.getAttribute('xml:base');
  return own === null ? around : (webAddress(own, around) ?? around);
}
