import type { PoolEntryView } from '../../api/pool.ts';
import { useT } from '../../i18n/i18n.tsx';
import { type Tone, Word } from '../../ui/word.tsx';
import css from './entry-state.module.css';

type Shown = Pick<PoolEntryView, 'status' | 'waitsFor' | 'overdue' | 'outcome'>;

export const ENTRY_TONES: Readonly<Record<PoolEntryView['status'], Tone>> = {
  pending: 'quiet',
  publishing: 'running',
  published: 'good',
  failed: 'bad',
  outcome_unknown: 'warn',
  pulled: 'quiet',
};

function toneOf({ status, waitsFor, overdue }: Shown): Tone {
  return status === 'pending' && (overdue || waitsFor !== null) ? 'warn' : ENTRY_TONES[status];
}

/** The state of an entry of the pool; of a pending one also what a person has to do first. */
function useEntryWord(): (entry: Shown) => string {
  const { pool } = useT();
  return ({ status, waitsFor, overdue, outcome }) => {
    if (status === 'pending' && waitsFor !== null) return pool.waitsFor[waitsFor];
    if (status === 'pending' && overdue) return pool.overdue;
    if (status === 'published' && outcome === 'draft_created') return pool.draftCreated;
    return pool.status[status];
  };
}

interface Props {
  entry: Shown;
  /** Where there is little room: only the shape while all goes as planned. Screen readers get the word. */
  short?: boolean;
}

export function EntryState({ entry, short = false }: Props) {
  const word = useEntryWord();
  const tone = toneOf(entry);
  if (short && (tone === 'quiet' || tone === 'good'))
    return <span className={css.mark} data-tone={tone} role="img" aria-label={word(entry)} />;
  return <Word tone={tone}>{word(entry)}</Word>;
}
