const READ_EVERY_MS = 60_000;

let zone = '';
let readAt = Number.NEGATIVE_INFINITY;

/**
 * The IANA name of the time zone of the browser. Each question to Intl constructs a format (about 0.1 ms), and every time on a page asks;
 * it is asked again after a minute, because a computer can move to another zone.
 */
export function readerZone(): string {
  const now = Date.now();
  if (Math.abs(now - readAt) >= READ_EVERY_MS) [zone, readAt] = [Intl.DateTimeFormat().resolvedOptions().timeZone, now];
  return zone;
}
