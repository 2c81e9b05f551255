import { useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useEffect, useState } from 'react';
import { sessionQuery, signIn, type Session } from '../api/session.ts';
import { events } from '../live/event-stream.ts';
import { Loading, Trouble } from '../ui/states.tsx';
import { SignInPage } from './sign-in-page.tsx';

const Context = createContext<Session | null>(null);

export function useSession(): Session {
  const session = use(Context);
  if (!session) throw new Error('useSession outside of a session');
  return session;
}

/** `const can = useCan(); can('queues:operate')`: offers only what the server would allow. */
export function useCan(): (permission: string) => boolean {
  const { permissions } = useSession();
  return (permission) => (permissions as readonly string[]).includes(permission);
}

/** Takes `?code=` or `?link=` out of the address, so that neither stays in the history. */
function takeFromAddress(name: string): string | null {
  const url = new URL(location.href);
  const value = url.searchParams.get(name);
  if (value === null) return null;
  url.searchParams.delete(name);
  history.replaceState(history.state, '', url);
  return value;
}

const oneTimeCode = takeFromAddress('code');
const passwordLink = takeFromAddress('link');

/** Shows the pages to those who are signed in, and otherwise the form. The address stays, so that signing in leads to it. */
export function SessionGate({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const [code, setCode] = useState(oneTimeCode === null ? 'none' : 'checking');
  const [link, setLink] = useState(passwordLink);
  const session = useQuery({ ...sessionQuery, enabled: code !== 'checking' });
  useEffect(() => {
    if (oneTimeCode === null) return;
    signIn({ code: oneTimeCode }).then(
      () => setCode('none'),
      () => setCode('refused'),
    );
  }, []);
  const signedIn = session.data != null;
  useEffect(() => {
    if (signedIn) events.start();
    else events.stop();
  }, [signedIn]);
  const onSignedIn = (): void => {
    setLink(null);
    setCode('none');
    void client.resetQueries();
  };
  if (link !== null) return <SignInPage link={link} onSignedIn={onSignedIn} />;
  if (session.data) return <Context value={session.data}>{children}</Context>;
  if (session.error) return <Trouble error={session.error} onRetry={() => void session.refetch()} />;
  if (session.data === null) return <SignInPage refusedCode={code === 'refused'} onSignedIn={onSignedIn} />;
  return <Loading />;
}
