import { memo } from 'react';
import { useFormat } from '../../i18n/i18n.tsx';
import type { Line } from '../../live/log-lines.ts';
import css from './log-pane.module.css';
import { splitLinks } from './log-text.ts';

interface Props {
  line: Line;
  /** On one line, cut where there is no room; a click opens it. */
  short?: boolean;
  onOpen?: (line: Line) => void;
}

export const LogLineRow = memo(function LogLineRow({ line, short = false, onOpen }: Props) {
  const format = useFormat();
  return (
    <div className={css.line} data-level={line.level} data-engine={line.engine} data-short={short} onClick={onOpen && (() => onOpen(line))}>
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
  );
});
