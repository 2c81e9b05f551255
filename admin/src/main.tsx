import './ui/mantine.css';
import './ui/fonts.css';
import './ui/tokens.css';
import './ui/base.css';
import { MantineProvider, useMantineColorScheme } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { focusManager, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { useEffect } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError } from './api/client.ts';
import { followLists } from './app/live-lists.ts';
import { usePreferences } from './app/preferences.ts';
import { createAppRouter } from './app/router.tsx';
import { LanguageProvider } from './i18n/i18n.tsx';
import { events } from './live/event-stream.ts';
import { FRESH_MS } from './live/shared-source.ts';
import { SessionGate } from './session/session.tsx';
import { resolver, theme } from './ui/theme.ts';

const RELOAD_EVERY_MS = 30_000;

// react-remove-scroll adds a style element, which the policy refuses without the nonce.
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
setNonce(nonce);

// A tab that was left open across a release asks for chunks that are gone: it reloads, once in half a minute.
window.addEventListener('vite:preloadError', (event) => {
  const last = Number(sessionStorage.getItem('contenthub.reloaded') ?? 0);
  if (Date.now() - last < RELOAD_EVERY_MS) return;
  event.preventDefault();
  sessionStorage.setItem('contenthub.reloaded', String(Date.now()));
  location.reload();
});

const onError = (error: Error): void => {
  if (error instanceof ApiError && error.status === 401) queries.setQueryData(['session'], null);
};
const isWorthRetrying = (failures: number, error: Error): boolean =>
  failures < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 500);

const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  defaultOptions: { queries: { staleTime: FRESH_MS, retry: isWorthRetrying, refetchOnWindowFocus: false } },
});
const router = createAppRouter(queries);
followLists(queries);
// Paused: no list is read again by itself until the reader resumes.
events.subscribeLiveness(() => focusManager.setFocused(events.getLiveness().state === 'paused' ? false : undefined));

function SchemeSync() {
  const { scheme } = usePreferences();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => setColorScheme(scheme), [scheme, setColorScheme]);
  return null;
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element #root');
createRoot(root).render(
  <QueryClientProvider client={queries}>
    <MantineProvider theme={theme} cssVariablesResolver={resolver} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <LanguageProvider>
        <SchemeSync />
        <Notifications position="bottom-center" limit={3} />
        <SessionGate>
          <RouterProvider router={router} />
        </SessionGate>
      </LanguageProvider>
    </MantineProvider>
  </QueryClientProvider>,
);
