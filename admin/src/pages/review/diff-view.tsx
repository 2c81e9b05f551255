import { useQuery } from '@tanstack/react-query';
import { type Content, diffQuery } from '../../api/contents.ts';
import type { DiffPartView } from '../../api/schema/types.gen.ts';
import { langOf } from '../../features/article/article.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import css from './diff-view.module.css';

const TAGS = { same: 'span', added: 'ins', removed: 'del' } as const;

function Parts({ parts }: { parts: readonly DiffPartView[] }) {
  return (
    <>
      {parts.map(({ change, text }, index) => {
        const Tag = TAGS[change];
        return <Tag key={index}>{text}</Tag>;
      })}
    </>
  );
}

/** What changed since the version before: added words underlined, removed ones struck through. */
export function DiffView({ content }: { content: Content }) {
  const t = useT();
  const isFirst = content.version < 2;
  const query = useQuery({ ...diffQuery(content.id, content.version), enabled: !isFirst });
  if (isFirst) return <Empty title={t.review.onlyVersion} />;
  return (
    <QueryView query={query}>
      {({ from, to, title, summary, bodyMarkdown }) => (
        <article className={css.diff} lang={langOf(content.language)}>
          <p className={css.legend}>
            {t.review.changes(from, to)} · <ins>{t.review.added}</ins> · <del>{t.review.removed}</del>
          </p>
          <h2>
            <Parts parts={title} />
          </h2>
          <p className={css.summary}>
            <Parts parts={summary} />
          </p>
          <div className={css.text}>
            <Parts parts={bodyMarkdown} />
          </div>
        </article>
      )}
    </QueryView>
  );
}
