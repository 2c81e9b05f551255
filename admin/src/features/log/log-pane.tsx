import { ActionIcon, CloseButton, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconAlertOctagon, IconDownload } from '@tabler/icons-react';
import { type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { logFileAddress, type LogFilter, readLog } from '../../api/logs.ts';
import { useT } from '../../i18n/i18n.tsx';
import type { Line } from '../../live/log-lines.ts';
import { useNotify } from '../../ui/act.ts';
import { Heading } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { Trouble } from '../../ui/states.tsx';
import { LogLineRow } from './log-line.tsx';
import css from './log-pane.module.css';
import { type LogTail, useFoundLines, useLogLines } from './use-log.ts';
import { ROW_PX, VirtualLines } from './virtual-lines.tsx';

type Level = 'all' | 'warn' | 'error';
const LEVELS: Readonly<Record<Level, LogFilter['level']>> = { all: undefined, warn: ['warn', 'error'], error: ['error'] };

/** A longer log shows each line on one row, so that only the visible ones exist. */
const MOST_WRAPPED = 1000;
const TYPING_MS = 300;

interface Props {
  executionId: string;
  log: LogTail;
}

/** A log that is followed until the reader scrolls up. `f` follows again, `[` and `]` go to the errors. The server searches it. */
export function LogPane({ executionId, log }: Props) {
  const t = useT();
  const notify = useNotify();
  const box = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const [level, setLevel] = useState<Level>('all');
  const [text, setText] = useState('');
  const [words] = useDebouncedValue(text.trim(), TYPING_MS);
  const [opened, setOpened] = useState<Line | null>(null);
  const filter = useMemo(
    (): LogFilter => ({ ...(level !== 'all' && { level: LEVELS[level] }), ...(words !== '' && { q: words }) }),
    [level, words],
  );
  const isFiltered = level !== 'all' || words !== '';
  const lines = useLogLines(executionId, log);
  const found = useFoundLines(executionId, filter, log.stream, isFiltered);
  const count = isFiltered ? found.lines.length : lines.index.length;
  const isShort = count > MOST_WRAPPED;
  const { ended, lost } = log.stream;

  useLayoutEffect(() => {
    if (follow && !isFiltered && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, isFiltered, count, isShort, lost]);

  const scrollTo = (index: number): void => {
    const pane = box.current;
    if (!pane) return;
    setFollow(false);
    const row = pane.querySelectorAll<HTMLElement>(`.${css.line}`)[index];
    pane.scrollTop = isShort ? index * ROW_PX : row ? row.offsetTop - pane.offsetTop : pane.scrollTop;
  };
  /** The errors of the whole log are known to the server only. */
  const goToError = async (direction: 'first' | 'next' | 'previous'): Promise<void> => {
    const pane = box.current;
    if (!pane || isFiltered) return;
    const rows = [...pane.querySelectorAll<HTMLElement>(`.${css.line}`)];
    const top = isShort
      ? Math.round(pane.scrollTop / ROW_PX)
      : rows.findIndex((row) => row.offsetTop - pane.offsetTop >= pane.scrollTop - 1);
    const seq = lines.index.seqFrom(Math.max(0, top));
    const position = direction === 'first' ? {} : direction === 'next' ? { after: seq } : { before: seq };
    const found = await readLog(executionId, { level: ['error'], limit: 1, ...position }).catch((error: Error) => {
      notify(error.message, true);
      return null;
    });
    const target = found?.items[0]?.seq;
    if (target != null) scrollTo(lines.index.indexOf(target));
    else if (!isShort) {
      // Lines of the engine have no number.
      const last = rows.findLastIndex((row) => row.dataset.level === 'error' && row.dataset.engine === 'true');
      if (direction !== 'previous' && last >= 0) scrollTo(last);
    }
  };
  useShortcuts({ f: () => setFollow((on) => !on), '[': () => void goToError('previous'), ']': () => void goToError('next') });

  const onRange = (from: number, to: number): void => {
    if (!isFiltered) lines.show(lines.index.seqFrom(from), lines.index.seqFrom(to) - 1);
    else if (to >= found.lines.length && found.query.hasNextPage && !found.query.isFetchingNextPage) void found.query.fetchNextPage();
  };
  const rowOf = (index: number): ReactNode => {
    const row = isFiltered ? { line: found.lines[index] as Line } : lines.index.rowAt(index);
    const line = 'line' in row ? row.line : lines.lineOf(row.seq);
    if (!line) return <div key={index} className={css.line} data-short={isShort} />;
    return <LogLineRow key={line.key} line={line} short={isShort} {...(isShort && { onOpen: setOpened })} />;
  };
  const all = Math.max(lines.index.length, lines.total);
  return (
    <section className={css.log} aria-labelledby="log-title">
      <div className={css.head}>
        <Heading id="log-title">
          {t.run.log} <span className="num quiet">{isFiltered ? t.run.matches(found.count) : t.run.lines(all)}</span>
        </Heading>
        <TextInput
          size="xs"
          className={css.search}
          aria-label={t.run.search}
          placeholder={t.run.search}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
          rightSection={text !== '' && <CloseButton size="xs" aria-label={t.actions.clear} onClick={() => setText('')} />}
        />
        <SegmentedControl
          size="xs"
          className={css.levels}
          aria-label={t.run.level}
          value={level}
          onChange={(value) => setLevel(value as Level)}
          data={(['all', 'warn', 'error'] as const).map((value) => ({ value, label: t.run.levels[value] }))}
        />
        <ActionIcon aria-label={t.run.firstError} title={t.run.firstError} disabled={isFiltered} onClick={() => void goToError('first')}>
          <IconAlertOctagon size={16} stroke={1.7} />
        </ActionIcon>
        <ActionIcon
          component="a"
          href={logFileAddress(executionId, filter)}
          download={`${executionId}.log`}
          aria-label={t.actions.download}
          title={t.actions.download}
        >
          <IconDownload size={16} stroke={1.7} />
        </ActionIcon>
        <button type="button" className={css.follow} aria-pressed={follow} onClick={() => setFollow(!follow)}>
          {follow ? t.run.following : t.run.follow}
        </button>
      </div>
      {(found.query.error ?? log.error) && <Trouble error={(found.query.error ?? log.error) as Error} stale />}
      <div
        ref={box}
        className={css.lines}
        role="log"
        aria-live="off"
        aria-labelledby="log-title"
        tabIndex={0}
        onWheel={(event) => event.deltaY < 0 && setFollow(false)}
        onScroll={(event) => {
          const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
          if (scrollHeight - scrollTop - clientHeight < 4) setFollow(true);
        }}
      >
        {isShort ? (
          <VirtualLines count={count} rowOf={rowOf} onRange={onRange} />
        ) : (
          <AllLines count={count} rowOf={rowOf} onRange={onRange} />
        )}
        {lost && !ended && <div className={css.note}>{t.run.logLost}</div>}
        {count === 0 && !lost && <div className={css.note}>{isFiltered ? t.run.noMatch : t.run.noLines}</div>}
        {ended && !isFiltered && <div className={css.note}>{t.run.ended}</div>}
      </div>
      {opened && (
        <div className={css.opened} role="group" aria-label={t.run.wholeLine}>
          <CloseButton size="sm" aria-label={t.actions.close} onClick={() => setOpened(null)} />
          <LogLineRow line={opened} />
        </div>
      )}
    </section>
  );
}

interface AllLinesProps {
  count: number;
  rowOf: (index: number) => ReactNode;
  onRange: (from: number, to: number) => void;
}

function AllLines({ count, rowOf, onRange }: AllLinesProps) {
  const show = useEffectEvent(onRange);
  useEffect(() => show(0, count), [count]);
  return Array.from({ length: count }, (_, index) => rowOf(index));
}
