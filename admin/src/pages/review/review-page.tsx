import { Button } from '@mantine/core';
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { accountsQuery, accountName } from '../../api/accounts.ts';
import { contentCountsQuery, contentQuery, countOf, reviewQueueQuery } from '../../api/contents.ts';
import { itemsOf } from '../../api/page.ts';
import { Article } from '../../features/article/article.tsx';
import { ContentFacts } from '../../features/content-facts/content-facts.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty, Loading, Trouble } from '../../ui/states.tsx';
import { DiffView } from './diff-view.tsx';
import { EditForm } from './edit-form.tsx';
import { usePresence } from './presence.ts';
import { Queue } from './queue.tsx';
import { ReadingBar } from './reading-bar.tsx';
import { ReturnDialog } from './return-dialog.tsx';
import css from './review-page.module.css';
import type { ReviewSearch } from './search.ts';
import { useDecisions, type ReturnChoice } from './use-decisions.tsx';

const route = getRouteApi('/review');

export function ReviewPage() {
  const t = useT();
  const can = useCan();
  const client = useQueryClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const { sel, view, ...filter } = search;
  const [doing, setDoing] = useState<{ id: string | undefined; mode: 'edit' | 'return' } | null>(null);
  const [source, setSource] = useState<string | null>(null);
  const [factsOpen, setFactsOpen] = useState(false);
  const go = (next: ReviewSearch): void => {
    setDoing(null);
    setSource(null);
    void navigate({ search: next });
  };
  const { decided, busy, approve, giveBack, undo } = useDecisions((undone) => {
    void client.invalidateQueries({ queryKey: ['contents', 'queue'] });
    go({ ...filter, sel: undone });
  });

  const queue = useInfiniteQuery({
    ...reviewQueueQuery({ q: filter.q, accountId: filter.accountId }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const accounts = useQuery(accountsQuery);
  const counts = useQuery(contentCountsQuery());
  const items = itemsOf(queue.data).filter(({ id }) => !decided.has(id));
  const id = sel ?? items[0]?.id;
  /** Of this content: opening another one ends it. */
  const mode = doing !== null && doing.id === id ? doing.mode : 'read';
  const query = useQuery({ ...contentQuery(id ?? ''), enabled: id !== undefined });
  const content = id === undefined ? undefined : query.data;
  const readers = usePresence(id);

  const index = items.findIndex((item) => item.id === id);
  const isFiltered = filter.q !== undefined || filter.accountId !== undefined;
  const total = isFiltered ? (queue.hasNextPage ? undefined : items.length) : countOf(counts.data, 'pending_review');
  const newOnes = isFiltered || queue.hasNextPage || total === undefined ? 0 : Math.max(0, total - items.length);
  const step = (by: number): void => {
    const next = items[index + by];
    if (next) go({ ...filter, sel: next.id });
  };
  /** The next one of the queue; the queue itself after the last. */
  const leave = (): void => {
    const next = items[index + 1] ?? items[index - 1];
    go(next && next.id !== id ? { ...filter, sel: next.id } : filter);
  };
  const waits = content?.reviewStatus === 'pending_review' && !busy;
  const mayDecide = waits && can('content:approve') && mode === 'read';
  const onApprove = async (): Promise<void> => {
    if (content && mayDecide && (await approve(content))) leave();
  };
  const onReturn = async (choice: ReturnChoice): Promise<void> => {
    if (content && (await giveBack(content, choice))) leave();
  };
  const toggleDiff = (): void => go({ ...filter, ...(id !== undefined && { sel: id }), ...(view !== 'diff' && { view: 'diff' }) });
  useShortcuts({
    j: () => step(1),
    k: () => step(-1),
    s: () => step(1),
    a: () => void onApprove(),
    r: mayDecide ? () => setDoing({ id, mode: 'return' }) : undefined,
    e: content && can('content:edit') ? () => setDoing({ id, mode: 'edit' }) : undefined,
    d: content ? toggleDiff : undefined,
    z: undo,
    Escape: () => (factsOpen ? setFactsOpen(false) : mode === 'read' && sel !== undefined ? go(filter) : undefined),
  });

  if (queue.error && !queue.data) return <Trouble error={queue.error} onRetry={() => void queue.refetch()} />;
  const isEmpty = items.length === 0 && !queue.isPending;
  return (
    // On a phone one pane is shown: the text that is open, or that nothing waits, or else the queue.
    <div className={css.page} data-open={sel !== undefined || isEmpty} data-reading={sel !== undefined || undefined} data-facts={factsOpen}>
      <h1 className="sr">{t.review.title}</h1>
      <Queue
        {...{ items, search: filter, total, newOnes, accounts: accounts.data ?? [], selected: id }}
        onFilter={(next) => go(next)}
        onRefresh={() => void queue.refetch()}
        more={queue.hasNextPage ? () => void queue.fetchNextPage() : undefined}
      />
      <div className={css.reading}>
        <ReadingBar
          {...{ content, readers, search, factsOpen }}
          busy={busy || mode === 'edit'}
          place={index >= 0 ? `${index + 1} / ${items.length}` : null}
          onFacts={() => setFactsOpen(!factsOpen)}
          onDiff={toggleDiff}
          onEdit={() => setDoing({ id, mode: 'edit' })}
          onReturn={() => setDoing({ id, mode: 'return' })}
          onApprove={() => void onApprove()}
        />
        <div className={css.paper} tabIndex={0} role="region" aria-label={content?.title ?? t.review.title}>
          {id === undefined ? (
            <NothingWaits loading={queue.isPending} filtered={isFiltered} onClear={() => go({})} />
          ) : (
            <QueryView query={query}>
              {(data) =>
                mode === 'edit' ? (
                  <EditForm key={data.id} content={data} onClose={() => setDoing(null)} />
                ) : view === 'diff' ? (
                  <DiffView content={data} />
                ) : (
                  <Article key={data.id} content={data} account={accountName(accounts.data, data.accountId)} source={source} />
                )
              }
            </QueryView>
          )}
        </div>
      </div>
      <aside className={css.side} aria-label={t.review.showFacts} tabIndex={0}>
        {content && <ContentFacts key={content.id} content={content} onSource={setSource} />}
      </aside>
      {mode === 'return' && content && (
        <ReturnDialog title={content.title} busy={busy} onClose={() => setDoing(null)} onChoose={(choice) => void onReturn(choice)} />
      )}
    </div>
  );
}

function NothingWaits({ loading, filtered, onClear }: { loading: boolean; filtered: boolean; onClear: () => void }) {
  const t = useT();
  if (loading) return <Loading />;
  if (filtered) return <Empty title={t.review.emptyFiltered} action={<Button onClick={onClear}>{t.actions.clear}</Button>} />;
  return (
    <Empty title={t.review.empty} command="npx contenthub review list">
      {t.review.emptyHint}
    </Empty>
  );
}
