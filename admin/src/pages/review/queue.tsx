import { Button, Select, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import type { AccountView, QueuedReviewView } from '../../api/schema/types.gen.ts';
import { langOf } from '../../features/article/article.tsx';
import { Score } from '../../features/article/score.tsx';
import { useT } from '../../i18n/i18n.tsx';
import { Headline } from '../../ui/headline.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Ago } from '../../ui/time.tsx';
import css from './queue.module.css';
import type { ReviewSearch } from './search.ts';

const TYPING_MS = 300;

/** Why a person has to look at it. That a review was wanted says nothing about the text. */
function useWhy(): (reasons: readonly string[]) => string {
  const t = useT();
  return (reasons) =>
    reasons
      .filter((code) => code !== 'review_wanted')
      .map((code) => t.content.checks[code] ?? t.content.reasons[code] ?? code)
      .join(' · ');
}

function QueueItem({ item, search, selected }: { item: QueuedReviewView; search: ReviewSearch; selected: boolean }) {
  const t = useT();
  const why = useWhy()(item.reasons);
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => {
    if (selected) link.current?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  return (
    <li>
      <Link
        ref={link}
        to="/review"
        search={{ ...search, sel: item.id }}
        className={css.item}
        aria-current={selected || undefined}
        activeProps={{}}
      >
        <span className={css.meta}>
          <span className="clip">{item.accountName}</span>
          <span className="num">
            <Ago at={item.createdAt} />
          </span>
        </span>
        <span className={css.title} lang={langOf(item.language)}>
          <Headline text={item.title} language={item.language} />
        </span>
        <span className={css.foot}>
          <Score score={item.qualityScore} />
          <span>{t.content.words(item.wordCount, item.language)}</span>
          {why !== '' && (
            <span className={css.why}>
              <IconAlertTriangle size={13} stroke={1.9} aria-hidden />
              <span className="clip">{why}</span>
            </span>
          )}
        </span>
      </Link>
    </li>
  );
}

interface FilterProps {
  search: ReviewSearch;
  accounts: readonly AccountView[];
  onFilter: (filter: Pick<ReviewSearch, 'q' | 'accountId'>) => void;
}

function Filters({ search: { q = '', accountId }, accounts, onFilter }: FilterProps) {
  const t = useT();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  useShortcuts({ '/': () => input.current?.focus() });
  const filter = (words: string, account = accountId): void =>
    onFilter({ ...(words.trim() !== '' && { q: words.trim() }), ...(account !== undefined && { accountId: account }) });
  const latest = useRef(filter);
  useEffect(() => {
    latest.current = filter;
  });
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => latest.current(text), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, q]);
  return (
    <div className={css.filters}>
      <TextInput
        ref={input}
        size="xs"
        aria-label={t.review.filter}
        placeholder={t.review.filter}
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.currentTarget.value)}
        leftSection={<IconSearch size={14} stroke={1.7} />}
      />
      {accounts.length > 1 && (
        <Select
          size="xs"
          aria-label={t.review.account}
          placeholder={t.review.account}
          data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
          value={accountId ?? null}
          onChange={(value) => onFilter({ ...(q !== '' && { q }), ...(value !== null && { accountId: value }) })}
          clearable
          searchable
        />
      )}
    </div>
  );
}

interface Props extends FilterProps {
  items: readonly QueuedReviewView[];
  selected: string | undefined;
  total: number | undefined;
  newOnes: number;
  onRefresh: () => void;
  more: (() => void) | undefined;
}

/** What waits, the riskiest first. What arrives meanwhile waits behind a button, so that the list stays where it is. */
export function Queue({ items, selected, total, newOnes, onRefresh, more, ...filters }: Props) {
  const t = useT();
  return (
    <section className={css.queue} aria-label={t.review.queue}>
      <header>
        <b aria-hidden>{t.review.title}</b>
        <p>
          {total !== undefined && <span className="num">{t.review.waiting(total)}</span>} · {t.review.byRisk}
        </p>
      </header>
      <Filters {...filters} />
      {newOnes > 0 && (
        <Button variant="light" className={css.pill} onClick={onRefresh}>
          {t.review.newOnes(newOnes)}
        </Button>
      )}
      <ol tabIndex={-1}>
        {items.map((item) => (
          <QueueItem key={item.id} item={item} search={filters.search} selected={item.id === selected} />
        ))}
        {more && (
          <li>
            <Button variant="default" fullWidth onClick={more}>
              {t.actions.more}
            </Button>
          </li>
        )}
      </ol>
    </section>
  );
}
