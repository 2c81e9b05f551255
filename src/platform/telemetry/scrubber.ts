/** A key of the API (its first 8 characters stay, as the table shows them) and whatever follows "Bearer" or "Basic". */
const API_KEY = /(ct_live_[0-9A-Za-z]{8})[0-9A-Za-z]{8,}/g;
const CREDENTIALS = /\b(bearer|basic)(\s+)[\w.~+/=-]{8,}/gi;
const HIDDEN = '[hidden]';

/**
 * Removes secrets from a finished line by their value: redaction by key misses the ones inside messages, stacks and raw
 * header blocks. Values under 6 characters are left, since hiding them would blank out ordinary words.
 */
export function createScrubber(secrets: string[]): (line: string) => string {
  const forms = secrets
    .filter((secret) => secret.length >= 6)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]);
  // Longest first: an address is hidden whole before the password inside it.
  const values = [...new Set(forms)].sort((a, b) => b.length - a.length);
  return (line) => {
    let clean = line.replace(API_KEY, `$1${HIDDEN}`).replace(CREDENTIALS, `$1$2${HIDDEN}`);
    for (const value of values) clean = clean.replaceAll(value, HIDDEN);
    return clean;
  };
}
