import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useState } from 'react';
import css from './log-pane.module.css';

export const ROW_PX = 20;
/** Rows above and below the visible ones. */
const SPARE = 20;

interface Props {
  /** The element that scrolls. */
  box: RefObject<HTMLDivElement | null>;
  count: number;
  rowOf: (index: number) => ReactNode;
  onRange: (from: number, to: number) => void;
}

/** Only the visible rows exist; each has the same height. */
export function VirtualLines({ box, count, rowOf, onRange }: Props) {
  const [view, setView] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    const pane = box.current;
    if (!pane) return;
    const read = (): void => setView({ top: pane.scrollTop, height: pane.clientHeight });
    read();
    pane.addEventListener('scroll', read, { passive: true });
    const observer = new ResizeObserver(read);
    observer.observe(pane);
    return () => {
      pane.removeEventListener('scroll', read);
      observer.disconnect();
    };
  }, [box]);
  const from = Math.max(0, Math.min(count - 1, Math.floor(view.top / ROW_PX)) - SPARE);
  const to = Math.min(count, Math.ceil((view.top + view.height) / ROW_PX) + SPARE);
  useEffect(() => onRange(from, to), [from, to, count]);
  return (
    <div className={css.space} style={{ blockSize: count * ROW_PX }}>
      <div style={{ translate: `0 ${from * ROW_PX}px` }}>{Array.from({ length: Math.max(0, to - from) }, (_, at) => rowOf(from + at))}</div>
    </div>
  );
}
