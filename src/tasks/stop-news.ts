/** Tells the owners of leased tasks that these are theirs no more. */
export const CANCELLED_CHANNEL = 'contenthub_stopped';

/** A NOTIFY payload holds 8,000 bytes: 200 ids of 36 characters and their commas. */
const IDS_IN_ONE = 200;

export function encodeStops(ids: readonly string[]): string[] {
  const payloads: string[] = [];
  for (let i = 0; i < ids.length; i += IDS_IN_ONE) payloads.push(ids.slice(i, i + IDS_IN_ONE).join(','));
  return payloads;
}

/** Undefined when the news does not say which: the listener must look for itself. */
export function decodeStops(payload: string): string[] | undefined {
  return payload === '' ? undefined : payload.split(',');
}
