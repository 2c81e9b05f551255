import { useElementSize } from '@mantine/hooks';
import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Throughput } from '../../api/throughput.ts';
import { useFormat, useT } from '../../i18n/i18n.tsx';
import css from './throughput-chart.module.css';

const HEIGHT = 92;
const FOOT = 18;
const HEAD = 14;
const MINUTE = 60_000;
/** Round times, in the reader's clock, at the widest distance that still leaves a tick for each 90 pixels or so. */
const TICKS = [1, 2, 3, 5, 10, 15, 30, 60, 180, 360, 720, 1440, 2880].map((minutes) => minutes * MINUTE);

interface Props {
  data: Throughput;
  /** What is filtered now, if a window was chosen. */
  chosen: { from: number; to: number } | null;
  onChoose: (from: number, to: number) => void;
}

/** A chart that is a filter: drag over bars, or Shift and arrow keys, then Enter. Plain SVG, so it follows the tokens by itself. */
export function ThroughputChart({ data, chosen, onChoose }: Props) {
  const t = useT();
  const format = useFormat();
  const { ref, width } = useElementSize();
  const [range, setRange] = useState<[number, number] | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const dragging = useRef(false);
  const { buckets, from, step } = data;
  const count = buckets.length;
  const slot = width / count;
  const most = Math.max(4, ...buckets.map(({ completed, failed }) => completed + failed));
  const scale = (HEIGHT - FOOT - HEAD) / most;
  const at = (event: PointerEvent) =>
    Math.min(count - 1, Math.max(0, Math.floor((event.clientX - event.currentTarget.getBoundingClientRect().left) / slot)));
  const time = (index: number) => from + index * step;
  const choose = ([a, b]: [number, number]) => {
    onChoose(time(Math.min(a, b)), time(Math.max(a, b) + 1));
    setRange(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const move = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
    if (move !== 0) {
      event.preventDefault();
      const [anchor, end] = range ?? [count - 1, count - 1];
      const next = Math.min(count - 1, Math.max(0, end + move));
      setRange(event.shiftKey ? [anchor, next] : [next, next]);
      setHover(next);
    } else if (event.key === 'Enter' && range) choose(range);
    else if (event.key === 'Escape') setRange(null);
  };
  const tick = TICKS.find((ms) => ms * (width / (count * step)) >= 90) ?? (TICKS.at(-1) as number);
  const offset = format.offset(from);
  const ticks = Array.from(
    { length: Math.ceil((count * step) / tick) + 1 },
    (_, index) => Math.ceil((from + offset) / tick) * tick - offset + index * tick,
  ).filter((ms) => ms <= from + count * step - tick / 4);
  const shown = range
    ? ([Math.min(...range), Math.max(...range)] as const)
    : chosen
      ? ([(chosen.from - from) / step, (chosen.to - from) / step - 1] as const)
      : null;
  const total = buckets.reduce((sum, { completed, failed }) => ({ completed: sum.completed + completed, failed: sum.failed + failed }), {
    completed: 0,
    failed: 0,
  });
  const read = hover === null ? null : buckets[hover];
  return (
    <figure className={css.figure}>
      <figcaption className={css.caption}>
        <span className={css.key} data-kind="quiet">
          {t.executions.completedBars}
          {read && <b className="num">{read.completed}</b>}
        </span>
        <span className={css.key} data-kind="failed">
          {t.executions.failedBars}
          {read && <b className="num">{read.failed}</b>}
        </span>
        <span className={css.hint}>
          {hover === null
            ? `${t.executions.perBucket(format.took(step).replace('.0', '').replace(' 00 s', ''))} · ${t.executions.drag}`
            : t.executions.window(format.clock(time(hover)), format.clock(time(hover + 1)))}
        </span>
      </figcaption>
      <div
        ref={ref}
        className={css.plot}
        role="slider"
        tabIndex={0}
        aria-label={t.executions.chartLabel(total.completed, total.failed)}
        aria-valuemin={0}
        aria-valuemax={count - 1}
        aria-valuenow={hover ?? count - 1}
        aria-valuetext={format.clock(time(hover ?? count - 1))}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragging.current = true;
          setRange([at(event), at(event)]);
        }}
        onPointerMove={(event) => {
          setHover(at(event));
          if (dragging.current && range) setRange([range[0], at(event)]);
        }}
        onPointerUp={() => {
          dragging.current = false;
          if (range) choose(range);
        }}
        onPointerLeave={() => setHover(null)}
      >
        {width > 0 && (
          <svg width={width} height={HEIGHT} aria-hidden>
            <line x1={0} x2={width} y1={HEIGHT - FOOT - most * scale} y2={HEIGHT - FOOT - most * scale} className={css.grid} />
            <text x={width} y={HEIGHT - FOOT - most * scale - 4} textAnchor="end" className={css.tick}>
              {most}
            </text>
            {shown && (
              <rect x={shown[0] * slot} y={0} width={(shown[1] - shown[0] + 1) * slot} height={HEIGHT - FOOT} className={css.range} />
            )}
            {hover !== null && !shown && <rect x={hover * slot} y={0} width={slot} height={HEIGHT - FOOT} className={css.hover} />}
            {buckets.map(({ completed, failed }, index) => {
              const x = index * slot + slot * 0.14;
              const w = Math.max(1, slot * 0.72);
              const dim = shown !== null && (index < shown[0] || index > shown[1]);
              return (
                <g key={time(index)} opacity={dim ? 0.35 : 1}>
                  <rect x={x} width={w} y={HEIGHT - FOOT - completed * scale} height={completed * scale} className={css.quiet} />
                  {failed > 0 && (
                    <rect
                      x={x}
                      width={w}
                      y={HEIGHT - FOOT - (completed + failed) * scale}
                      height={Math.max(2, failed * scale - (completed > 0 ? 1 : 0))}
                      className={css.failed}
                    />
                  )}
                </g>
              );
            })}
            <line x1={0} x2={width} y1={HEIGHT - FOOT + 0.5} y2={HEIGHT - FOOT + 0.5} className={css.axis} />
            {ticks.map((ms) => (
              <g key={ms} transform={`translate(${Math.round(((ms - from) / step) * slot) + 0.5})`}>
                <line y1={HEIGHT - FOOT} y2={HEIGHT - FOOT + 4} className={css.axis} />
                <text x={4} y={HEIGHT - 3} className={css.tick}>
                  {tick >= 1440 * MINUTE ? format.day(ms) : format.minute(ms)}
                </text>
              </g>
            ))}
          </svg>
        )}
      </div>
    </figure>
  );
}
