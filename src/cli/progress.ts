import type { ExecutionView } from './api-types.ts';
import { follow } from './follow.ts';
import type { Invocation } from './invocation.ts';
import { singleLine } from './output/plain-text.ts';
import { translated } from './terminal.ts';

interface Progress {
  show(view: ExecutionView): void;
  disconnected(): void;
  done(): void;
}

/** Follows an execution and shows its progress on stderr: a bar on a terminal, else one line per change. */
export async function followWithProgress(
  call: Invocation,
  executionId: string,
  timeoutMs: number | undefined,
  onView: (view: ExecutionView) => Promise<void> | void = () => undefined,
): Promise<ExecutionView> {
  const write = (text: string): void => {
    if (call.talkative) call.terminal.stderr.write(text);
  };
  const progress = call.animated ? progressBar(write, (text) => translated(text, call.terminal)) : progressLines(write);
  const forward = forwardOnly();
  try {
    return await follow(call.api, executionId, {
      timeoutMs,
      onView: async (view) => {
        progress.show(forward(view));
        await onView(view);
      },
      onDisconnected: () => progress.disconnected(),
    });
  } finally {
    progress.done();
  }
}

/** A polled state may be older than the progress from the stream. Within an attempt the percentage never falls. */
function forwardOnly(): (view: ExecutionView) => ExecutionView {
  let attempt = 0;
  let highest: number | null = null;
  return (view) => {
    if (view.attempt !== attempt) [attempt, highest] = [view.attempt, null];
    if (view.progress !== null) highest = Math.max(highest ?? 0, view.progress);
    return { ...view, progress: highest };
  };
}

const BAR_WIDTH = 20;
const CLEAR_LINE = '\r\x1b[2K';

/** One line, redrawn at each poll: at most five times a second, because polls are at least 200 ms apart. */
function progressBar(write: (text: string) => void, say: (text: string) => string): Progress {
  const started = Date.now();
  const elapsed = (): string => `${Math.round((Date.now() - started) / 1000)} s`;
  return {
    show({ progress, step, status, phase, attempt, maxAttempts }) {
      const percent = Math.min(100, Math.max(0, progress ?? 0));
      const filled = Math.round((percent / 100) * BAR_WIDTH);
      const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
      const again = attempt > 1 ? say(`attempt ${attempt}/${maxAttempts}`) : null;
      const words = [`${percent}%`.padStart(4), step ?? phase ?? status, again, elapsed()].filter((word) => word !== null);
      write(`${CLEAR_LINE}${bar} ${singleLine(words.join('  '))}`);
    },
    disconnected: () => write(`${CLEAR_LINE}${say('reconnecting…')}  ${elapsed()}`),
    done: () => write(CLEAR_LINE),
  };
}

/** `progress=75 step=check`, with `status=` in front when the status changed. Empty when nothing changed. */
function progressLines(write: (text: string) => void): Progress {
  let lastStatus = '';
  let lastLine = '';
  const say = (line: string, prefix = ''): void => {
    if (line === lastLine && !prefix) return;
    lastLine = line;
    write(`${singleLine(prefix + line)}\n`);
  };
  return {
    show({ progress, step, status }) {
      const prefix = status === lastStatus ? '' : `status=${status} `;
      lastStatus = status;
      say([progress === null ? null : `progress=${progress}`, step === null ? null : `step=${step}`].filter(Boolean).join(' '), prefix);
    },
    disconnected: () => say('reconnecting'),
    done: () => undefined,
  };
}
