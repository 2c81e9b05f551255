/** Makes a browser ask for a name and a password. */
export const REALM = 'Basic realm="contenthub (any name, an API key as password)", charset="UTF-8"';

const BASIC = /^basic +([A-Za-z0-9+/]+=*) *$/i;

/** A browser has no other way to send a key than as the password of HTTP Basic. Other credentials stay as they are. */
export function bearerOf(authorization: string | undefined): string | undefined {
  const [, credentials] = BASIC.exec(authorization ?? '') ?? [];
  if (credentials === undefined) return authorization;
  const text = Buffer.from(credentials, 'base64').toString();
  return `Bearer ${text.slice(text.indexOf(':') + 1)}`;
}
