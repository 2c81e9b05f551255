import type { PoolEntryView } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { useDayFormat } from '../../features/pool/day-format.ts';
import { addDays, daysFrom, todayIn } from '../../features/pool/days.ts';
import { useT } from '../../i18n/i18n.tsx';
import { Strip } from '../../ui/strip.tsx';
import { Word } from '../../ui/word.tsx';

const MONTH_DAYS = 30;

/** The start of a day 30 days ago: entries since then make the strip. */
export const monthAgo = (): string => new Date(Math.floor(Date.now() / 86_400_000 - MONTH_DAYS) * 86_400_000).toISOString();

export function AccountStatusWord({ status, publishingPaused }: Pick<AccountView, 'status' | 'publishingPaused'>) {
  const t = useT();
  if (status === 'active' && publishingPaused) return <Word tone="warn">{t.accounts.publishingPaused}</Word>;
  return <Word tone={status === 'active' ? 'good' : status === 'paused' ? 'warn' : 'quiet'}>{t.accounts.status[status]}</Word>;
}

/** One mark for each of the last 30 days of the account: published, failed, or nothing. */
export function MonthStrip({ account, entries }: { account: AccountView; entries: readonly PoolEntryView[] }) {
  const t = useT();
  const format = useDayFormat();
  const today = todayIn(account.timeZone);
  const own = entries.filter(({ accountId, scheduledLocal }) => accountId === account.id && scheduledLocal.slice(0, 10) <= today);
  const items = daysFrom(addDays(today, 1 - MONTH_DAYS), MONTH_DAYS).map((day) => {
    const onDay = own.filter(({ scheduledLocal }) => scheduledLocal.startsWith(day));
    const posts = onDay.filter(({ status }) => status === 'published').length;
    const tone = onDay.some(({ status }) => status === 'failed') ? 'failed' : posts > 0 ? 'quiet' : 'none';
    return { key: day, tone: tone as 'failed' | 'quiet' | 'none', title: t.accounts.dayPosts(format.day(day), posts) };
  });
  const count = (status: PoolEntryView['status']): number => own.filter((entry) => entry.status === status).length;
  return <Strip items={items} label={t.accounts.month(count('published'), count('failed'))} />;
}
