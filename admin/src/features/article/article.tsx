import { type MouseEvent, useEffect, useRef } from 'react';
import { withFileAddresses } from '../../api/attachments.ts';
import type { Content } from '../../api/contents.ts';
import { Headline } from '../../ui/headline.tsx';
import css from './article.module.css';
import { highlight } from './highlight.ts';
import { passagesOf } from './marks.ts';

interface Props {
  content: Content;
  account: string;
  /** A source whose sentences shall stand out. */
  source?: string | null;
}

export const langOf = (language: string): string => (language === 'zh' ? 'zh-CN' : 'en');

/** The text, set to be read. The server has rendered and sanitised the HTML. What a mark means is said beside the text, not by colour alone. */
export function Article({ content, account, source = null }: Props) {
  const article = useRef<HTMLElement>(null);
  useFindings(article, content);
  useSource(article, content, source);
  const followNote = (event: MouseEvent): void => {
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href^="#"]');
    if (!link) return;
    event.preventDefault();
    article.current?.querySelector(`#${CSS.escape(link.hash.slice(1))}`)?.scrollIntoView({ block: 'center' });
  };
  return (
    <article className={css.article} lang={langOf(content.language)} ref={article}>
      <p className={css.kicker}>{account}</p>
      <h2 className={css.title}>
        <Headline text={content.title} language={content.language} />
      </h2>
      <p className={css.summary}>{content.summary}</p>
      <div
        className={css.body}
        onClick={followNote}
        dangerouslySetInnerHTML={{ __html: withFileAddresses(content.bodyHtml, content.id) }}
      />
    </article>
  );
}

type Ref = React.RefObject<HTMLElement | null>;

function useFindings(article: Ref, content: Content): void {
  useEffect(() => {
    const root = article.current;
    if (!root) return;
    // The boxes of a task list come without a name.
    for (const box of root.querySelectorAll('li > input[type=checkbox]')) {
      box.setAttribute('aria-label', box.parentElement?.textContent.trim() ?? '');
    }
    // What scrolls sideways must be reachable by keyboard.
    for (const wide of root.querySelectorAll('pre')) wide.tabIndex = 0;
    const remove = (['block', 'warn'] as const).map((severity) => highlight(root, `finding-${severity}`, passagesOf(content, severity)));
    return () => remove.forEach((one) => one());
  }, [article, content]);
}

function useSource(article: Ref, content: Content, source: string | null): void {
  useEffect(() => {
    const root = article.current;
    if (!root || source === null) return;
    const notes = [...root.querySelectorAll(`a[href="#note-fn-${CSS.escape(source)}"]`)];
    const places = notes.map((note) => note.closest('li, p')).filter((place) => place !== null);
    for (const place of places) place.setAttribute('data-cited', '');
    places[0]?.scrollIntoView({ block: 'nearest' });
    return () => places.forEach((place) => place.removeAttribute('data-cited'));
  }, [article, content, source]);
}
