import { queryOptions } from '@tanstack/react-query';
import { ApiError, call } from './client.ts';
import type { SessionView } from './schema/types.gen.ts';

export type Session = SessionView;

interface SessionOperation {
  url: '/session';
  body?: { code: string } | { key: string } | { username: string; password: string };
}

/** Null without a session. */
async function loadSession(): Promise<Session | null> {
  try {
    return await call<SessionOperation, Session>('GET', '/session');
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) return null;
    throw error;
  }
}

export const sessionQuery = queryOptions({ queryKey: ['session'], queryFn: loadSession, staleTime: 60_000, retry: 1 });

export const signIn = (body: NonNullable<SessionOperation['body']>): Promise<Session> =>
  call<SessionOperation, Session>('POST', '/session', { body });

interface PasswordOperation {
  url: '/session/password';
  body: { link: string; password: string };
}

export const setPassword = (link: string, password: string): Promise<Session> =>
  call<PasswordOperation, Session>('POST', '/session/password', { body: { link, password } });

export const signOut = (): Promise<void> => call<{ url: '/session' }, void>('DELETE', '/session');
