/** An API key (its first 8 characters remain, as in the table of keys), a secret of webhooks, and any value after "Bearer" or "Basic". */
const API_KEY = /(ct_live_[0-9A-Za-z]{8})[0-9A-Za-z]{8,}/g;
const WEBHOOK_SECRET = /\bwhsec_[0-9A-Za-z+/]{8,}={0,2}/g;
const CREDENTIALS = /\b(bearer|basic)(\s+)[\w.~+/=-]{8,}/gi;
const HIDDEN = '[hidden]';

/** Shorter values are not hidden, because that would hide ordinary words. */
export const SHORTEST_SECRET = 6;

/** Hides these texts, also inside JSON and addresses. Uses the current content of the list. */
export function createHider(secrets: readonly string[]): (text: string) => string {
  let known = 0;
  let values: string[] = [];
  return (text) => {
    if (secrets.length !== known) {
      known = secrets.length;
      values = formsOf(secrets);
    }
    let clean = text;
    for (const value of values) clean = clean.replaceAll(value, HIDDEN);
    return clean;
  };
}

/** Longest first: an address is hidden as a whole before the password inside it. */
function formsOf(secrets: readonly string[]): string[] {
  const forms = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  return [...new Set(forms)].sort((a, b) => b.length - a.length);
}

/**
 * Removes secrets from a finished line by their value. Redaction by key misses secrets inside messages, stacks and raw
 * header blocks.
 */
export function createScrubber(secrets: readonly string[]): (line: string) => string {
  const hide = createHider(secrets);
  return (line) =>
    hide(line.replace(API_KEY, `$1${HIDDEN}`).replace(WEBHOOK_SECRET, `whsec_${HIDDEN}`).replace(CREDENTIALS, `$1$2${HIDDEN}`));
}
