import { spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useGenerate } from '../features/generate/use-generate.ts';
import { useT } from '../i18n/i18n.tsx';
import { events } from '../live/event-stream.ts';
import { TOPIC_NEEDS, type Topic } from '../live/topics.ts';
import { useTopics } from '../live/use-topics.ts';
import { useCan, useSession } from '../session/session.tsx';
import { ConfirmDialog } from '../ui/confirm.tsx';
import { useShortcuts } from '../ui/shortcuts.ts';
import { Forbidden } from '../ui/states.tsx';
import { Generate, GenerateButton } from './generate.tsx';
import { AccountMenu, LanguageButton, LiveIndicator, LooksMenu, SearchButton } from './header.tsx';
import { KeyboardHelp, keyboardHelp } from './keyboard-help.tsx';
import { useLanding } from './landing.ts';
import mark from './mark.svg';
import { EDITOR, type NavItem, OPERATOR, pageOf, PAGES, rolesWith } from './nav.ts';
import { Palette } from './palette.tsx';
import { PausedQueues } from './paused-queues.tsx';
import css from './shell.module.css';

function NavGroup({ title, items }: { title: string; items: readonly NavItem[] }) {
  const t = useT();
  return (
    <section className={css.group}>
      <h2>{title}</h2>
      <ul>
        {items.map(({ to, key, icon: Glyph }) => (
          <li key={to}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} className={css.link}>
              <Glyph size={17} stroke={1.6} aria-hidden />
              <span>{t.nav[key]}</span>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** On a phone: what an editor and an operator look at on the way. The rest is in the palette. */
const TABS: readonly NavItem[] = PAGES.filter(({ to }) => ['/', '/review', '/calendar', '/executions'].includes(to));

function TabBar() {
  const t = useT();
  return (
    <nav className={css.tabs} aria-label={t.nav.main}>
      {TABS.map(({ to, key, icon: Glyph }) => (
        <Link key={to} to={to} activeOptions={{ exact: to === '/', includeSearch: false }}>
          <Glyph size={21} stroke={1.6} aria-hidden />
          <span>{t.nav[key]}</span>
        </Link>
      ))}
      <button type="button" onClick={() => spotlight.open()}>
        <IconSearch size={21} stroke={1.6} aria-hidden />
        <span>{t.nav.more}</span>
      </button>
    </nav>
  );
}

/** The page, or which permission it needs. */
function AllowedPage({ page }: { page: NavItem | undefined }) {
  const can = useCan();
  const { role } = useSession();
  const { permission } = page ?? {};
  if (permission === undefined || can(permission)) return <Outlet />;
  return <Forbidden permission={permission} roles={rolesWith(permission)} role={role ?? '—'} />;
}

export function Shell() {
  const t = useT();
  const navigate = useNavigate();
  const generate = useGenerate();
  const can = useCan();
  useLanding();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const page = pageOf(path);
  // Executions on every page: the drawer that generates opens over each, and the indicator always says something.
  const topics: readonly Topic[] = ['executions', ...(page?.topics ?? [])];
  useTopics(topics.filter((topic) => can(TOPIC_NEEDS[topic])));
  useShortcuts({
    'mod+k': () => spotlight.open(),
    '?': keyboardHelp.open,
    'shift+?': keyboardHelp.open,
    p: () => events.togglePause(),
    'g g': () => generate(),
    ...Object.fromEntries(PAGES.flatMap(({ go, to }) => (go ? [[`g ${go}`, () => void navigate({ to })]] : []))),
  });
  useEffect(() => {
    document.title = page ? `${t.nav[page.key]} · ${t.brand}` : t.brand;
  }, [t, page]);
  return (
    <div className={css.shell}>
      <a href="#page" className={css.skip}>
        {t.header.skip}
      </a>
      <nav className={css.nav} aria-label={t.nav.main}>
        <Link to="/" className={css.brand}>
          <img src={mark} alt="" width="26" height="26" />
          <span>
            Content<b>Hub</b>
          </span>
        </Link>
        <NavGroup title={t.nav.editor} items={EDITOR} />
        <NavGroup title={t.nav.operator} items={OPERATOR} />
      </nav>
      {/* No banner: an open dialog has the one banner of the document. */}
      <section className={css.header} aria-label={t.nav.tools}>
        <img src={mark} alt="" width="24" height="24" className={css.onlySmall} />
        <span className={`${css.where} ${css.onlySmall}`} aria-hidden>
          {page && t.nav[page.key]}
        </span>
        <SearchButton />
        <span className={css.spring} />
        <PausedQueues />
        <GenerateButton />
        <LiveIndicator />
        <LanguageButton />
        <LooksMenu />
        <AccountMenu />
      </section>
      <main className={css.main} id="page" tabIndex={-1}>
        <AllowedPage page={page} />
      </main>
      <TabBar />
      <Palette />
      <KeyboardHelp />
      <Generate />
      <ConfirmDialog />
    </div>
  );
}
