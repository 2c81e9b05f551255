import type { LogLine, TransitionView } from '../api/schema/types.gen.ts';

export interface Line {
  readonly key: string;
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly data?: unknown;
  /** Written by the engine about the execution, not by its handler. */
  readonly engine: boolean;
}

export interface LogState {
  readonly lines: readonly Line[];
  readonly ended: boolean;
  /** The connection is lost: newer lines may exist. They come when it is back. */
  readonly lost: boolean;
  /** Counts lines of the engine, so that a page knows when the attempts have changed. */
  readonly changes: number;
}

export const EMPTY_LOG: LogState = { lines: [], ended: false, lost: false, changes: 0 };
/** Older lines leave the pane; the download has them all. */
export const KEPT_LINES = 3000;

export type LogAction = { add: readonly Line[] } | { end: true } | { lost: boolean } | { clear: true };

/** Appends what is new, in order. A line that was sent again after a reconnection is dropped. */
export function reduceLog(state: LogState, action: LogAction): LogState {
  if ('clear' in action) return EMPTY_LOG;
  if ('end' in action) return { ...state, ended: true, changes: state.changes + 1 };
  if ('lost' in action) return action.lost === state.lost ? state : { ...state, lost: action.lost };
  const known = new Set(state.lines.map(({ key }) => key));
  const added = action.add.filter(({ key }) => !known.has(key));
  if (added.length === 0) return state;
  const lines = inOrder([...state.lines, ...added]).slice(-KEPT_LINES);
  return { ...state, lines, changes: state.changes + (added.some(({ engine }) => engine) ? 1 : 0) };
}

const numberOf = ({ key }: Line): number => Number(key.slice(1));
const byNumber = (a: Line, b: Line): number => numberOf(a) - numberOf(b);

/** Lines of the handler by their number, those of the engine by theirs, and the two together by time: a clock can be set back between lines. */
function inOrder(lines: readonly Line[]): Line[] {
  const engine = lines.filter((line) => line.engine).toSorted(byNumber);
  const merged: Line[] = [];
  for (const line of lines.filter((one) => !one.engine).toSorted(byNumber)) {
    while (engine[0] && Date.parse(engine[0].at) <= Date.parse(line.at)) merged.push(engine.shift() as Line);
    merged.push(line);
  }
  return [...merged, ...engine];
}

export const lineOf = ({ seq, timestamp, level, message, data }: LogLine): Line => ({
  key: `l${seq}`,
  at: timestamp,
  level,
  message,
  data,
  engine: false,
});

/** Null for a transition that the log does not show. */
export function transitionLine({ version, at, level, message }: TransitionView): Line | null {
  return message === null ? null : { key: `t${version}`, at, level: level ?? 'info', message, engine: true };
}
