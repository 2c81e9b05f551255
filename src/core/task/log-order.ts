interface Written {
  /** A string must be one that Date parses. */
  readonly timestamp: Date | string;
}

interface TimedLine {
  readonly at: Date | string;
  readonly reason: string;
}

const BEGINNINGS = new Set(['submit', 'claim', 'manual_retry']);

/**
 * Merges the log lines and the transitions of a task by time. Each list keeps its own order, because lines are
 * numbered and the clocks of two workers differ. Within a millisecond, a start comes before the log lines and an end
 * after them.
 */
export function inOrderOfTime<Line extends Written, Transition extends TimedLine>(
  lines: readonly Line[],
  transitions: readonly Transition[],
): (Line | Transition)[] {
  const merged: (Line | Transition)[] = [];
  let next = 0;
  for (const line of lines) {
    for (let transition = transitions[next]; transition && comesBefore(transition, line); transition = transitions[++next])
      merged.push(transition);
    merged.push(line);
  }
  return [...merged, ...transitions.slice(next)];
}

/** How many transitions certainly precede or equal `line` when more lines follow. */
export function countUpTo(transitions: readonly TimedLine[], line: Written): number {
  const later = transitions.findIndex((transition) => !comesBefore(transition, line));
  return later < 0 ? transitions.length : later;
}

function comesBefore(transition: TimedLine, line: Written): boolean {
  const [at, written] = [new Date(transition.at).getTime(), new Date(line.timestamp).getTime()];
  return BEGINNINGS.has(transition.reason) ? at <= written : at < written;
}
