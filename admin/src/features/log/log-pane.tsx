import { ActionIcon, SegmentedControl, Tooltip } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import type { LogState } from '../../live/log-lines.ts';
import { Heading } from '../../ui/page.tsx';
import { useShortcuts } from '../../ui/shortcuts.ts';
import { linesAsText, splitLinks } from './log-text.ts';
import css from './log-pane.module.css';

type Level = 'all' | 'warn' | 'error';

interface Props {
  executionId: string;
  log: LogState;
}

/** A log that is followed until the reader scrolls up. `f` follows again, `[` and `]` go to the errors. */
export function LogPane({ executionId, log }: Props) {
  const t = useT();
  const format = useFormat();
  const box = useRef<HTMLDivElement>(null);
  const [follow, setFollow] = useState(true);
  const [level, setLevel] = useState<Level>('all');
  const { lines, ended, lost } = log;
  const shown = level === 'all' ? lines : lines.filter((line) => line.level === 'error' || (level === 'warn' && line.level === 'warn'));
  useLayoutEffect(() => {
    if (follow && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow, shown.length, lost]);
  const goToError = (by: 1 | -1): void => {
    const pane = box.current;
    if (!pane) return;
    const errors = [...pane.querySelectorAll<HTMLElement>('[data-level="error"]')];
    const middle = pane.scrollTop + 1;
    const below = (line: HTMLElement): boolean => line.offsetTop - pane.offsetTop > middle;
    const next = by === 1 ? errors.find(below) : errors.findLast((line) => line.offsetTop - pane.offsetTop < middle - 1);
    if (!next) return;
    setFollow(false);
    pane.scrollTop = next.offsetTop - pane.offsetTop;
  };
  useShortcuts({ f: () => setFollow((on) => !on), '[': () => goToError(-1), ']': () => goToError(1) });
  const download = URL.createObjectURL === undefined ? undefined : () => saveText(`${executionId}.log`, linesAsText(shown));
  return (
    <section className={css.log} aria-labelledby="log-title">
      <div className={css.head}>
        <Heading id="log-title">
          {t.run.log} <span className="num quiet">{t.run.lines(shown.length)}</span>
        </Heading>
        <SegmentedControl
          size="xs"
          aria-label={t.run.level}
          value={level}
          onChange={(value) => setLevel(value as Level)}
          data={(['all', 'warn', 'error'] as const).map((value) => ({ value, label: t.run.levels[value] }))}
        />
        <Tooltip label={t.actions.download}>
          <ActionIcon aria-label={t.actions.download} onClick={download}>
            <IconDownload size={16} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
        <button type="button" className={css.follow} aria-pressed={follow} onClick={() => setFollow(!follow)}>
          {follow ? t.run.following : t.run.follow}
        </button>
      </div>
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
        {shown.map((line) => (
          <div key={line.key} className={css.line} data-level={line.level} data-engine={line.engine}>
            <time dateTime={line.at}>{format.clock(line.at)}</time>
            <span>
              {splitLinks(line.message).map(({ text, link }, index) =>
                link ? (
                  <a key={index} href={text} target="_blank" rel="noreferrer">
                    {text}
                  </a>
                ) : (
                  text
                ),
              )}
              {line.data != null && <span className={css.data}> {JSON.stringify(line.data)}</span>}
            </span>
          </div>
        ))}
        {lost && !ended && <div className={css.note}>{t.run.logLost}</div>}
        {lines.length === 0 && !lost && <div className={css.note}>{t.run.noLines}</div>}
        {ended && <div className={css.note}>{t.run.ended}</div>}
      </div>
    </section>
  );
}

function saveText(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/plain' }));
  const link = Object.assign(document.createElement('a'), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}
