import type { ReactNode } from 'react';
import css from './word.module.css';

export type Tone = 'quiet' | 'good' | 'running' | 'warn' | 'bad';

/** One shape for each tone, so that colour is not needed to tell them apart. */
const SHAPES: Readonly<Record<Tone, ReactNode>> = {
  quiet: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.12" />,
  good: <path d="M3.4 8.4l3.1 3.1 6.1-6.6" />,
  running: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <circle cx="8" cy="8" r="1.8" fill="currentColor" stroke="none" />
    </>
  ),
  warn: <path d="M8 2.6L14 13.2H2zM8 6.6v3M8 11.4v.1" />,
  bad: <path d="M5.4 2.5h5.2l2.9 2.9v5.2l-2.9 2.9H5.4l-2.9-2.9V5.4zM6 6l4 4M10 6l-4 4" />,
};

/** A state of something that is not an execution: shape, colour and word. */
export function Word({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={css.word} data-tone={tone}>
      <svg
        viewBox="0 0 16 16"
        width="15"
        height="15"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden
      >
        {SHAPES[tone]}
      </svg>
      <span>{children}</span>
    </span>
  );
}
