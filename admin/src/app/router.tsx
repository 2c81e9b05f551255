import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { Loading } from '../ui/states.tsx';
import { editorRoutes } from './editor-routes.ts';
import { operatorRoutes } from './operator-routes.ts';
import { rootRoute } from './root-route.tsx';
import { parseSearch, stringifySearch } from './search-params.ts';

/** The router of one page load. `queries`: the cache that routes prefetch into. */
export const createAppRouter = (queries: QueryClient) =>
  createRouter({
    context: { queries },
    routeTree: rootRoute.addChildren([...editorRoutes, ...operatorRoutes]),
    basepath: '/admin',
    parseSearch,
    stringifySearch,
    defaultPreload: 'intent',
    defaultPendingComponent: Loading,
    scrollRestoration: true,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
