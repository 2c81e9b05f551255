import { type ReactNode, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from 'react';
import css from './log-pane.module.css';

export const ROW_PX = 20;
/** Rows above and below the visible ones. */
const SPARE = 20;

interface Props {
  count: number;
  rowOf: (index: number) => ReactNode;
  onRange: (from: number, to: number) => void;
}

/** Only the visible rows exist; each has the same height. The parent element scrolls. */
export function VirtualLines({ count, rowOf, onRange }: Props) {
  const space = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 0 });
  useLayoutEffect(() => {
    // A ref of the parent would not be set yet.
    const pane = space.current?.parentElement;
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
  }, []);
  const from = Math.max(0, Math.min(count - 1, Math.floor(view.top / ROW_PX)) - SPARE);
  const to = Math.min(count, Math.ceil((view.top + view.height) / ROW_PX) + SPARE);
  const show = useEffectEvent(onRange);
  useEffect(() => show(from, to), [from, to]);
  return (
    <div ref={space} className={css.space} style={{ blockSize: count * ROW_PX }}>
      <div style={{ translate: `0 ${from * ROW_PX}px` }}>{Array.from({ length: Math.max(0, to - from) }, (_, at) => rowOf(from + at))}</div>
    </div>
  );
}
