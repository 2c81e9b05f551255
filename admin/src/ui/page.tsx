import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type ComponentProps, createContext, type ReactNode, use } from 'react';
import { useT } from '../i18n/i18n.tsx';
import css from './page.module.css';

interface PageProps {
  title: string;
  /** Beside the title: a number, a sentence. */
  note?: ReactNode;
  /** At the end of the title's line: the main button, a period. */
  actions?: ReactNode;
  /** Below the title: filters. */
  tools?: ReactNode;
  /** Over the lower edge: what can be done with the selected rows. */
  bar?: ReactNode;
  /** Opens beside the page, and over it on a phone. */
  panel?: ReactNode;
  children: ReactNode;
}

/** The frame of every page: a head that stays, a part that scrolls, a panel at the side. */
export function Page({ title, note, actions, tools, bar, panel, children }: PageProps) {
  return (
    <div className={css.page} data-open={Boolean(panel)}>
      <div className={css.list}>
        <header className={css.head}>
          <h1>{title}</h1>
          {note !== undefined && <span className={css.note}>{note}</span>}
          {actions && <div className={css.actions}>{actions}</div>}
        </header>
        {tools && <div className={css.tools}>{tools}</div>}
        <section className={css.scroll} tabIndex={0} aria-label={title}>
          {children}
        </section>
        {bar}
      </div>
      {panel}
    </div>
  );
}

interface PanelProps {
  label: string;
  title: ReactNode;
  /** Over the title: a state. */
  state?: ReactNode;
  actions?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** What is known of the selected row. Its id is in the address, so that back closes it. */
export function SidePanel({ label, title, state, actions, onClose, children }: PanelProps) {
  const t = useT();
  return (
    <aside className={css.panel} aria-label={label} data-reading="true">
      <header className={css.panelHead}>
        <div className={css.panelTop}>
          {state}
          <span className={css.spring} />
          {actions}
          <ActionIcon aria-label={t.actions.close} onClick={onClose}>
            <IconX size={17} stroke={1.8} />
          </ActionIcon>
        </div>
        <h2>{title}</h2>
      </header>
      <div className={css.panelBody} tabIndex={0} role="group" aria-label={label}>
        <HeadingLevel value="h3">{children}</HeadingLevel>
      </div>
    </aside>
  );
}

const HeadingLevel = createContext<'h2' | 'h3'>('h2');

/** Parts of a page have headings of level 2, those of a side panel of level 3, because the panel has one of level 2. */
export function Heading(props: ComponentProps<'h2'>) {
  return use(HeadingLevel) === 'h3' ? <h3 {...props} /> : <h2 {...props} />;
}

/** A part of a panel or of a page, below a line. */
export function Part({ title, aside, children }: { title?: string; aside?: ReactNode; children: ReactNode }) {
  return (
    <section className={css.part}>
      {title !== undefined && (
        <Heading>
          {title}
          {aside && <span className={css.aside}>{aside}</span>}
        </Heading>
      )}
      {children}
    </section>
  );
}

export type Fact = readonly [name: string, value: ReactNode];

/** Names and values; a value that is null or undefined is left out. */
export function Facts({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={css.facts}>
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
