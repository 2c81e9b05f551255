import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { contentsSearch } from '../pages/contents/search.ts';
import { reviewSearch } from '../pages/review/search.ts';
import { accountsSearch } from '../pages/accounts/search.ts';
import { prefetchCalendar } from '../pages/calendar/prefetch.ts';
import { calendarSearch } from '../pages/calendar/search.ts';
import { poolSearch } from '../pages/pool/search.ts';
import { topicsSearch } from '../pages/topics/search.ts';
import { rootRoute } from './root-route.tsx';

const getParentRoute = () => rootRoute;

export const editorRoutes = [
  createRoute({
    getParentRoute,
    path: '/',
    component: lazyRouteComponent(() => import('../pages/today/today-page.tsx'), 'TodayPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/review',
    validateSearch: reviewSearch,
    component: lazyRouteComponent(() => import('../pages/review/review-page.tsx'), 'ReviewPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/contents',
    validateSearch: contentsSearch,
    component: lazyRouteComponent(() => import('../pages/contents/contents-page.tsx'), 'ContentsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/contents/$contentId',
    component: lazyRouteComponent(() => import('../pages/content/content-page.tsx'), 'ContentPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/topics',
    validateSearch: topicsSearch,
    component: lazyRouteComponent(() => import('../pages/topics/topics-page.tsx'), 'TopicsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/calendar',
    validateSearch: calendarSearch,
    // Runs while the pointer or the focus is on a link too. No navigation waits for it.
    loader: ({ context, location }) => void prefetchCalendar(context.queries, calendarSearch(location.search)),
    // Each preload asks the cache of queries, which knows what is fresh. A navigation within the page reads by itself.
    shouldReload: ({ preload }) => preload,
    component: lazyRouteComponent(() => import('../pages/calendar/calendar-page.tsx'), 'CalendarPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/pool',
    validateSearch: poolSearch,
    component: lazyRouteComponent(() => import('../pages/pool/pool-page.tsx'), 'PoolPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/accounts',
    validateSearch: accountsSearch,
    component: lazyRouteComponent(() => import('../pages/accounts/accounts-page.tsx'), 'AccountsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/accounts/$accountId',
    component: lazyRouteComponent(() => import('../pages/accounts/account-page.tsx'), 'AccountPage'),
  }),
] as const;
