import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { updateAccount } from '../../api/accounts.ts';
import type { PoolEntryView } from '../../api/pool.ts';
import type { AccountView } from '../../api/schema/types.gen.ts';
import { localOf } from '../../features/pool/days.ts';
import { QuotaDots } from '../../features/pool/quota-dots.tsx';
import { quotaOf } from '../../features/pool/slots.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { confirm } from '../../ui/confirm.tsx';
import css from './pool.module.css';

interface Props {
  accounts: readonly AccountView[];
  /** Entries that are scheduled or published today. */
  entries: readonly PoolEntryView[];
  now: number;
}

/** Each account with today's quota, and whether it publishes. */
export function AccountStrip({ accounts, entries, now }: Props) {
  const t = useT();
  return (
    <ul className={css.accounts} aria-label={t.pool.accounts}>
      {accounts.map((account) => {
        const today = localOf(now, account.timeZone).slice(0, 10);
        const used = entries.filter(
          ({ accountId, scheduledLocal, status }) => accountId === account.id && status !== 'failed' && scheduledLocal.startsWith(today),
        ).length;
        return (
          <li key={account.id} data-paused={account.publishingPaused}>
            <Link to="/accounts/$accountId" params={{ accountId: account.id }}>
              {account.name}
            </Link>
            <QuotaDots used={used} quota={quotaOf(account)} />
            <PauseButton account={account} />
          </li>
        );
      })}
    </ul>
  );
}

function PauseButton({ account }: { account: AccountView }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const { name, publishingPaused } = account;
  if (!can('accounts:edit')) return publishingPaused ? <span className={css.paused}>{t.calendar.paused}</span> : null;
  const toggle = async (): Promise<void> => {
    if (!publishingPaused && !(await confirm({ title: t.pool.pauseQuestion(name), text: t.pool.pauseText, action: t.actions.pause })))
      return;
    const done = publishingPaused ? t.pool.resumedNow(name) : t.pool.pausedNow(name);
    await act(() => updateAccount(account, { publishingPaused: !publishingPaused }), done, ['accounts', 'pool']);
  };
  return (
    <Button
      size="compact-xs"
      variant={publishingPaused ? 'filled' : 'subtle'}
      aria-label={`${publishingPaused ? t.actions.resume : t.actions.pause}: ${name}`}
      onClick={() => void toggle()}
    >
      {publishingPaused ? t.actions.resume : t.actions.pause}
    </Button>
  );
}
