import { Button } from '@mantine/core';
import { useState } from 'react';
import { schedule } from '../../api/pool.ts';
import type { AccountView, ContentView } from '../../api/schema/types.gen.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useCan } from '../../session/session.tsx';
import { useAct } from '../../ui/act.ts';
import { useDayFormat } from '../pool/day-format.ts';

/** A free slot of an account, which the content of the drawer shall fill. */
export interface Slot {
  readonly accountId: string;
  readonly timeZone: string;
  /** The local time of the account. */
  readonly at: string;
}

export function useSlot(accounts: readonly AccountView[] | undefined, accountId: string | undefined, at: string | undefined): Slot | null {
  const account = accounts?.find(({ id }) => id === accountId);
  return account && at !== undefined ? { accountId: account.id, timeZone: account.timeZone, at } : null;
}

export function SlotNote({ slot }: { slot: Slot }) {
  const t = useT();
  const days = useDayFormat();
  return <p className="quiet">{t.generate.forSlot(days.moment(slot.at), slot.timeZone)}</p>;
}

/** An approved content takes the slot; one that waits says what has to come first. */
export function SlotAct({ content, slot }: { content: Pick<ContentView, 'id' | 'title' | 'reviewStatus'>; slot: Slot }) {
  const t = useT();
  const can = useCan();
  const act = useAct();
  const days = useDayFormat();
  const [done, setDone] = useState(false);
  const time = days.moment(slot.at);
  if (content.reviewStatus !== 'approved') return <span className="quiet">{t.generate.slotAfterReview(time)}</span>;
  if (!can('content:publish') || done) return null;
  const take = async (): Promise<void> => {
    setDone(await act(() => schedule(content.id, { at: slot.at }), t.pool.moved(content.title, time), ['pool', 'contents']));
  };
  return <Button onClick={() => void take()}>{t.generate.takeSlot(time)}</Button>;
}
