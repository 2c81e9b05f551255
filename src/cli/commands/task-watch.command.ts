import type { Command } from 'commander';
import { setTimeout as delay } from 'node:timers/promises';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { ExecutionView, Page } from '../api-types.ts';
import { CliError, usageError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { isFinal, throwUnlessCompleted } from '../follow.ts';
import { executionIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import { EXECUTION_FIELDS } from '../output/fields.ts';
import { HIDE_CURSOR, InPlaceRenderer, SHOW_CURSOR } from '../output/live-frame.ts';
import { duration } from '../parsers.ts';
import { isAnimated, translated } from '../terminal.ts';
import { interval, isOutage, textOf } from '../watch.ts';

interface WatchTaskOptions {
  readonly interval?: number;
  readonly timeout?: number;
}

/** The states after one poll. `changed`: those that differ from the poll before. `disconnected`: the server did not answer. */
interface Poll {
  readonly views: readonly ExecutionView[];
  readonly changed: readonly ExecutionView[];
  readonly disconnected: boolean;
}

const DEFAULT_MS = 1_000;
/** Each task costs a request at each poll. */
const MOST_TASKS = 50;

export function registerWatch(command: Command, start: Start): void {
  command
    .argument('<id...>', 'execution ids, or ids of content tasks')
    .option('--interval <duration>', 'poll again after this time (default: 1s)', interval)
    .option('--timeout <duration>', 'stop waiting after this long (90s, 5m)', duration)
    .description('show tasks until all of them have ended; the exit code shows how')
    .addHelpText('after', '\nExample:\n  contenthub task watch 4f60718293a4 4f60718293a5 --timeout 10m')
    .action(start(watchTasks));
}

/** Redraws a table on a terminal. Elsewhere each change of a task is a line; as JSON and YAML the final states are one answer. */
async function watchTasks(call: Invocation, options: WatchTaskOptions, words: readonly string[]): Promise<void> {
  const { api, printer, terminal } = call;
  if (words.length > MOST_TASKS) throw usageError(`At most ${MOST_TASKS} tasks can be watched at once`, 'contenthub task watch --help');
  const show = printer.list<ExecutionView>(EXECUTION_FIELDS);
  const ids = new Set<string>();
  for (const word of words) ids.add(await executionIdOf(api, word));
  let last: readonly ExecutionView[] = [];
  const polls = remembered(pollTasks(call, [...ids], options), (views) => (last = views));
  if (printer.forPeople && isAnimated(terminal.env, terminal.stdout)) await redraw(call, polls);
  else if (printer.format === 'json' || printer.format === 'yaml') await show(finalPage(polls));
  else await show(changesOf(polls));
  throwUnlessAllCompleted(last);
}

/** Yields after each poll until all tasks have ended. @throws CliError when interrupted, or at the timeout */
async function* pollTasks(
  call: Invocation,
  ids: readonly string[],
  { interval = DEFAULT_MS, timeout }: WatchTaskOptions,
): AsyncGenerator<Poll> {
  const { api } = call;
  const deadline = Date.now() + (timeout ?? Number.POSITIVE_INFINITY);
  const views = new Map<string, ExecutionView>();
  const next = `contenthub task watch ${ids.join(' ')}`;
  for (;;) {
    let disconnected = false;
    const open = ids.filter((id) => !isFinalView(views.get(id)));
    const changed: ExecutionView[] = [];
    try {
      for (const { body } of await Promise.all(open.map((id) => api.poll<ExecutionView>(`/executions/${id}`)))) {
        if (lineOf(views.get(body.executionId)) !== lineOf(body)) changed.push(body);
        views.set(body.executionId, body);
      }
    } catch (error) {
      if (api.interrupted.aborted) throw detached(next);
      if (!isOutage(error)) throw error;
      disconnected = true;
    }
    yield { views: ids.flatMap((id) => views.get(id) ?? []), changed, disconnected };
    if (ids.every((id) => isFinalView(views.get(id)))) return;
    const left = deadline - Date.now();
    if (left <= 0) throw new CliError(Exit.stillPending, 'still_pending', 'Tasks have not ended within --timeout; they continue', next);
    try {
      await delay(timerMs(Math.min(interval, left)), undefined, { signal: api.interrupted });
    } catch {
      throw detached(next);
    }
  }
}

const isFinalView = (view: ExecutionView | undefined): boolean => view !== undefined && isFinal(view);

const lineOf = (view: ExecutionView | undefined): string =>
  JSON.stringify(view && [view.status, view.phase, view.progress, view.step, view.attempt]);

async function* remembered(polls: AsyncGenerator<Poll>, keep: (views: readonly ExecutionView[]) => void): AsyncGenerator<Poll> {
  for await (const poll of polls) {
    keep(poll.views);
    yield poll;
  }
}

async function redraw(call: Invocation, polls: AsyncIterable<Poll>): Promise<void> {
  const { stdout } = call.terminal;
  const renderer = new InPlaceRenderer(stdout);
  stdout.write(HIDE_CURSOR);
  try {
    for await (const { views, disconnected } of polls) {
      const table = await textOf(call, ({ printer }) => printer.list<ExecutionView>(EXECUTION_FIELDS)(onePage({ items: views })));
      renderer.draw([...table.trimEnd().split('\n'), ...(disconnected ? [translated('reconnecting…', call.terminal)] : [])]);
    }
  } finally {
    renderer.finish();
    stdout.write(SHOW_CURSOR);
  }
}

async function* changesOf(polls: AsyncIterable<Poll>): AsyncGenerator<Page<ExecutionView>> {
  for await (const { changed } of polls) yield { items: changed, nextCursor: null };
}

async function* finalPage(polls: AsyncIterable<Poll>): AsyncGenerator<Page<ExecutionView>> {
  let items: readonly ExecutionView[] = [];
  for await (const { views } of polls) items = views;
  yield { items, nextCursor: null };
}

/** As `task status --follow` for one task. For several, a failure wins over a cancellation. */
function throwUnlessAllCompleted(views: readonly ExecutionView[]): void {
  const unsuccessful = views.filter(({ status }) => status !== 'completed');
  const failed = unsuccessful.filter(({ status }) => status !== 'cancelled');
  const [first] = failed.length > 0 ? failed : unsuccessful;
  if (first === undefined) return;
  if (views.length === 1) throwUnlessCompleted(first);
  const next = `contenthub task logs ${first.executionId}`;
  if (failed.length > 0) throw new CliError(Exit.runFailed, 'failed', `${failed.length} of ${views.length} runs failed or timed out`, next);
  throw new CliError(Exit.runCancelled, 'cancelled', `${unsuccessful.length} of ${views.length} runs were cancelled`, next);
}

function detached(next: string): CliError {
  return new CliError(Exit.interrupted, 'detached', `Detached. The tasks keep running: ${next}`, null);
}
