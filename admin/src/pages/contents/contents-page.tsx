import { Button, Select } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { accountName, accountsQuery } from '../../api/accounts.ts';
import {
  type ContentFilter,
  contentCountsQuery,
  contentsQuery,
  countOf,
  exportPage,
  KINDS,
  REVIEW_STATUSES,
  type ReviewStatus,
} from '../../api/contents.ts';
import { itemsOf } from '../../api/page.ts';
import type { ContentSummary } from '../../api/schema/types.gen.ts';
import { langOf } from '../../features/article/article.tsx';
import { ReviewWord } from '../../features/article/review-word.tsx';
import { Score } from '../../features/article/score.tsx';
import { ColumnMenu, useShownColumns } from '../../features/lists/columns.tsx';
import { CsvButton } from '../../features/lists/csv-button.tsx';
import { ListTools } from '../../features/lists/list-tools.tsx';
import { SavedViews } from '../../features/lists/saved-views.tsx';
import { useGenerate } from '../../features/generate/use-generate.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { type Column, DataTable, MoreRows } from '../../ui/data-table.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { Empty } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import css from './contents-page.module.css';
import type { ContentsSearch } from './search.ts';

const route = getRouteApi('/contents');
/** Its saved views, columns and export have this name. */
const PAGE = 'contents';

interface FilterProps {
  search: ContentsSearch;
  onChange: (search: ContentsSearch) => void;
}

/** The number of a chip and the rows below come with the same conditions. */
function StatusChips({ search, onChange }: FilterProps) {
  const t = useT();
  const format = useFormat();
  const { reviewStatus, ...rest } = search;
  const counts = useQuery(contentCountsQuery({ accountId: rest.accountId, kind: rest.kind && [rest.kind] }));
  const toggle = (status: ReviewStatus): void => {
    const next = reviewStatus?.includes(status) ? reviewStatus.filter((one) => one !== status) : [...(reviewStatus ?? []), status];
    onChange({ ...rest, ...(next.length > 0 && { reviewStatus: next }) });
  };
  return (
    <div className={css.chips} role="group" aria-label={t.contents.statusLabel}>
      {REVIEW_STATUSES.map((status) => {
        const count = countOf(counts.data, status);
        return (
          <button key={status} type="button" aria-pressed={reviewStatus?.includes(status) ?? false} onClick={() => toggle(status)}>
            {t.content.status[status]}
            {count !== undefined && <span className="num">{format.number(count)}</span>}
          </button>
        );
      })}
    </div>
  );
}

function Filters({ search, onChange }: FilterProps) {
  const t = useT();
  const accounts = useQuery(accountsQuery);
  const { accountId, kind, ...rest } = search;
  return (
    <>
      <StatusChips search={search} onChange={onChange} />
      <Select
        size="xs"
        aria-label={t.review.account}
        placeholder={t.review.account}
        data={accounts.data?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
        value={accountId ?? null}
        onChange={(value) => onChange({ ...rest, ...(kind && { kind }), ...(value !== null && { accountId: value }) })}
        clearable
        searchable
      />
      <Select
        size="xs"
        aria-label={t.contents.kindLabel}
        placeholder={t.contents.anyKind}
        data={KINDS.map((value) => ({ value, label: t.content.kind[value] }))}
        value={kind ?? null}
        onChange={(value) =>
          onChange({ ...rest, ...(accountId !== undefined && { accountId }), ...(value !== null && { kind: value }) } as ContentsSearch)
        }
        clearable
      />
    </>
  );
}

function useColumns(): Column<ContentSummary>[] {
  const t = useT();
  const accounts = useQuery(accountsQuery);
  const names = t.contents.columns;
  return [
    { key: 'title', title: names.title, role: 'primary', cell: ({ title, language }) => <span lang={langOf(language)}>{title}</span> },
    {
      key: 'account',
      title: names.account,
      width: '170px',
      cell: ({ accountId }) => <span className="quiet">{accountName(accounts.data, accountId)}</span>,
    },
    {
      key: 'kind',
      title: names.kind,
      width: '104px',
      role: 'narrow',
      cell: ({ kind }) => <span className="quiet">{t.content.kind[kind]}</span>,
    },
    { key: 'score', title: names.score, width: '72px', role: 'narrow', cell: ({ qualityScore }) => <Score score={qualityScore} /> },
    {
      key: 'words',
      title: names.words,
      width: '120px',
      end: true,
      role: 'narrow',
      cell: ({ wordCount, language }) => t.content.words(wordCount, language),
    },
    { key: 'created', title: names.created, width: '110px', end: true, cell: ({ createdAt }) => <Ago at={createdAt} /> },
    { key: 'status', title: names.status, width: '116px', role: 'aside', cell: ({ reviewStatus }) => <ReviewWord status={reviewStatus} /> },
  ];
}

/** The address, the words and the numbers of a content, with the names of the API. */
const CSV = ['id', 'title', 'accountId', 'account', 'kind', 'language', 'reviewStatus', 'qualityScore', 'wordCount', 'createdAt'] as const;

export function ContentsPage() {
  const t = useT();
  const can = useCan();
  const generate = useGenerate();
  const { reviewStatus, accountId, kind, view } = route.useSearch();
  const navigate = route.useNavigate();
  const accounts = useQuery(accountsQuery);
  const columns = useColumns();
  const choosable = columns.filter(({ role }) => role !== 'primary').map(({ key, title }) => ({ key, title, isDefault: true }));
  const shown = useShownColumns(PAGE, choosable);
  const search: ContentsSearch = {
    ...(reviewStatus && { reviewStatus }),
    ...(accountId !== undefined && { accountId }),
    ...(kind && { kind }),
  };
  const filter: ContentFilter = { reviewStatus, accountId, kind: kind && [kind] };
  const query = useInfiniteQuery(contentsQuery(filter));
  const rows = itemsOf(query.data);
  const change = (next: ContentsSearch): void =>
    void navigate({ search: { ...next, ...(view !== undefined && Object.keys(next).length > 0 && { view }) } });
  const isFiltered = Object.keys(search).length > 0;
  return (
    <Page
      title={t.contents.title}
      tools={
        <>
          <Filters search={search} onChange={change} />
          <ListTools>
            <SavedViews page={PAGE} />
            <ColumnMenu page={PAGE} columns={choosable} />
            <CsvButton
              name={PAGE}
              head={CSV}
              read={(cursor, signal) => exportPage(filter, cursor, signal)}
              cellsOf={(row) => CSV.map((key) => (key === 'account' ? accountName(accounts.data, row.accountId) : row[key]))}
            />
          </ListTools>
        </>
      }
    >
      <QueryView query={query}>
        {() =>
          rows.length > 0 ? (
            <DataTable
              label={t.contents.title}
              columns={columns.filter(({ key, role }) => role === 'primary' || shown.has(key))}
              rows={rows}
              idOf={({ id }) => id}
              onOpen={(contentId) => void navigate({ to: '/contents/$contentId', params: { contentId } })}
              toneOf={({ reviewStatus: status }) => (status === 'rejected' ? 'muted' : undefined)}
              foot={
                <MoreRows
                  shown={rows.length}
                  hasMore={query.hasNextPage}
                  loading={query.isFetchingNextPage}
                  onMore={() => void query.fetchNextPage()}
                />
              }
            />
          ) : isFiltered ? (
            <Empty title={t.states.emptyFiltered} action={<Button onClick={() => change({})}>{t.actions.clear}</Button>} />
          ) : (
            <Empty
              title={t.contents.empty}
              action={can('content:submit') && <Button onClick={() => generate()}>{t.generate.title}</Button>}
              command="npx contenthub content generate"
            >
              {t.contents.emptyHint}
            </Empty>
          )
        }
      </QueryView>
    </Page>
  );
}
