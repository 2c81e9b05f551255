import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import {
  approveContent,
  type Content,
  rejectContent,
  type ReturnReason,
  returnContent,
  rewriteContent,
  undoReview,
} from '../../api/contents.ts';
import { useT } from '../../i18n/i18n.tsx';
import { useNotify } from '../../ui/act.ts';
import css from './review-page.module.css';

/** The server takes back a decision of the last 10 seconds. */
const UNDO_MS = 10_000;

export interface ReturnChoice {
  readonly way: 'return' | 'reject';
  readonly reasons: ReturnReason[];
  readonly note: string;
  readonly rewrite: boolean;
}

interface Decided {
  readonly content: Content;
  readonly at: number;
}

interface Decisions {
  /** Ids that have left the queue of this page. */
  readonly decided: ReadonlySet<string>;
  readonly busy: boolean;
  approve: (content: Content) => Promise<boolean>;
  giveBack: (content: Content, choice: ReturnChoice) => Promise<boolean>;
  undo: () => void;
}

/** Decisions with ten seconds to take them back. `onUndone` opens the content again. */
export function useDecisions(onUndone: (id: string) => void): Decisions {
  const t = useT();
  const client = useQueryClient();
  const notify = useNotify();
  const last = useRef<Decided | null>(null);
  const [decided, setDecided] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const refresh = (id: string): void => {
    for (const key of ['one', 'reviews', 'counts', 'list']) {
      void client.invalidateQueries({ queryKey: key === 'one' || key === 'reviews' ? ['contents', key, id] : ['contents', key] });
    }
  };
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    try {
      await work();
      return true;
    } catch (error) {
      notify((error as Error).message, true);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const undo = async (): Promise<void> => {
    const decision = last.current;
    if (!decision || Date.now() - decision.at > UNDO_MS) return notify(t.review.nothingToUndo, true);
    last.current = null;
    notifications.hide(decision.content.id);
    const { id, title } = decision.content;
    if (!(await attempt(() => undoReview(decision.content)))) return;
    setDecided((old) => new Set([...old].filter((one) => one !== id)));
    refresh(id);
    notify(t.review.undone(title));
    onUndone(id);
  };
  const leave = (content: Content): void => {
    setDecided((old) => new Set(old).add(content.id));
    refresh(content.id);
  };
  const offerUndo = (content: Content, message: string): void => {
    last.current = { content, at: Date.now() };
    notifications.show({
      id: content.id,
      autoClose: UNDO_MS,
      closeButtonProps: { 'aria-label': t.actions.close },
      message: (
        <span className={css.toast}>
          <span>{message}</span>
          <Button variant="subtle" onClick={() => void undo()}>
            {t.review.undo}
          </Button>
        </span>
      ),
    });
  };
  const approve = async (content: Content): Promise<boolean> => {
    if (!(await attempt(() => approveContent(content)))) return false;
    leave(content);
    offerUndo(content, t.review.approved(content.title));
    return true;
  };
  const giveBack = async (content: Content, { way, reasons, note, rewrite }: ReturnChoice): Promise<boolean> => {
    const body = { reasons, ...(note !== '' && { note }) };
    const send = way === 'reject' ? rejectContent : returnContent;
    const work = async (): Promise<void> => {
      const returned = await send(content, body);
      if (rewrite) await rewriteContent(returned);
    };
    if (!(await attempt(work))) return false;
    leave(content);
    if (rewrite) notify(t.review.rewriting(content.title));
    else if (way === 'reject') notify(t.review.rejected(content.title));
    else offerUndo(content, t.review.returned(content.title));
    return true;
  };
  return { decided, busy, approve, giveBack, undo: () => void undo() };
}
