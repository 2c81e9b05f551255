import { useT } from '../i18n/i18n.tsx';
import css from './state-mark.module.css';

export type State = 'pending' | 'submitted' | 'running' | 'retrying' | 'completed' | 'failed' | 'timeout' | 'cancelled';

/** What a reader calls it: an execution that waits for its next attempt is still `pending` for the API. */
export const stateOf = (status: string, phase?: string | null): State => (phase === 'retrying' ? 'retrying' : (status as State));

const RING = 2 * Math.PI * 5.5;

/**
 * One shape for each state, so that neither colour nor the word is needed. Running fills up with its progress. Nothing turns:
 * an endless animation inside of an SVG costs a layout for each frame, and took 70 % of the main thread.
 */
function Shape({ state, progress }: { state: State; progress: number | null }) {
  switch (state) {
    case 'pending':
      return <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.12" />;
    case 'submitted':
      return <circle cx="8" cy="8" r="5.5" />;
    case 'running':
      return (
        <>
          <circle cx="8" cy="8" r="5.5" opacity="0.28" />
          <circle
            cx="8"
            cy="8"
            r="5.5"
            strokeDasharray={`${(RING * Math.max(progress ?? 25, 4)) / 100} ${RING}`}
            transform="rotate(-90 8 8)"
          />
          <circle cx="8" cy="8" r="1.8" fill="currentColor" stroke="none" />
        </>
      );
    case 'retrying':
      return <path d="M12.9 6.2A5.4 5.4 0 1 0 13.4 8.6M13.2 2.8v3.6H9.6" />;
    case 'completed':
      return <path d="M3.4 8.4l3.1 3.1 6.1-6.6" />;
    case 'failed':
      return <path d="M5.4 2.5h5.2l2.9 2.9v5.2l-2.9 2.9H5.4l-2.9-2.9V5.4zM6 6l4 4M10 6l-4 4" />;
    case 'timeout':
      return <path d="M4.5 2.5h7M4.5 13.5h7M5.2 2.8c0 3 2.8 3.4 2.8 5.2s-2.8 2.2-2.8 5.2M10.8 2.8C10.8 5.8 8 6.2 8 8s2.8 2.2 2.8 5.2" />;
    case 'cancelled':
      return <path d="M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 1 0 0-11M4.2 11.8l7.6-7.6" />;
  }
}

export function StateMark({ state, progress = null, word = true }: { state: State; progress?: number | null; word?: boolean }) {
  const t = useT();
  return (
    <span className={css.mark} data-state={state}>
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
        <Shape state={state} progress={progress} />
      </svg>
      <span className={word ? css.word : 'sr'}>{t.state[state]}</span>
    </span>
  );
}
