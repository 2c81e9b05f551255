import type { FastifyReply } from 'fastify';
import type { Settings } from '../../config/settings.ts';

export const SESSION_COOKIE = 'contenthub_session';

export function sessionCookieOf(header: string | undefined): string | undefined {
  return cookieOf(SESSION_COOKIE, header);
}

/** The value of a cookie in a Cookie header. A browser sends the most specific one first. */
export function cookieOf(cookie: string, header: string | undefined): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookie && value !== undefined && value !== '') return value;
  }
  return undefined;
}

/** Sets the cookie until `expiresAt`. Scripts cannot read it, and other sites do not send it with requests of theirs. */
export function setSessionCookie(reply: FastifyReply, settings: CookieSettings, token: string, expiresAt: Date): void {
  write(reply, settings, token, expiresAt);
}

export function clearSessionCookie(reply: FastifyReply, settings: CookieSettings): void {
  write(reply, settings, '', new Date(0));
}

type CookieSettings = Pick<Settings, 'publicUrl'>;

function write(reply: FastifyReply, { publicUrl }: CookieSettings, value: string, expires: Date): void {
  const secure = publicUrl?.startsWith('https:') ? '; Secure' : '';
  const cookie = `${SESSION_COOKIE}=${value}; Path=/; Expires=${expires.toUTCString()}; HttpOnly; SameSite=Lax${secure}`;
  void reply.header('set-cookie', cookie).header('cache-control', 'no-store');
}
