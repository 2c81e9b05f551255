import { type AccountScope, isInScope } from '../../core/actor/account-scope.ts';
import type { FeedPageRow, FeedRow, TransitionFeedReader } from '../../engine/inspection/transition-feed-reader.ts';
import { EVENTS_PER_PAGE, MAX_MISSED } from '../../engine/inspection/transition-feed.ts';
import type { Page, FeedSource } from '../../platform/http/sse-broadcaster.ts';
import { sseFrame } from '../../platform/http/sse-stream.ts';
import type { Topic } from './topics.ts';
import { type EventPosition, toEventId } from './event-position.ts';
import { progressFrame, toExecutionEvent } from './execution-event.ts';

/** A position, and how many full pages were read on the way to it without a pause. */
export interface EventReader extends EventPosition {
  readonly behind: number;
  /** The tasks that the reader reaches; null for all. */
  readonly scope: AccountScope | null;
  readonly topics: ReadonlySet<Topic>;
}

interface Resumption {
  now: EventReader;
  resumable: boolean;
}

const PROGRESS_EVERY_MS = 500;
const NO_TOPICS: ReadonlySet<Topic> = new Set();
const EVENT_NAMES = {
  executions: 'execution',
  contents: 'content',
  alerts: 'alert',
  pool: 'pool_entry',
  schedules: 'schedule',
} as const satisfies Record<FeedRow['topic'], string>;

/** The transitions of all tasks in the order of their transactions, and the progress of running tasks. */
export class EventSource implements FeedSource<EventReader> {
  readonly name = 'event-feed';
  private progress = new Map<string, string>();
  private lookedAt = Number.NEGATIVE_INFINITY;
  private readonly resuming = new Map<string, Promise<Resumption>>();

  /** `states`: frames of what has changed and is no row of the feed, by topic. */
  constructor(
    private readonly reader: TransitionFeedReader,
    private readonly states: () => Promise<ReadonlyMap<Topic, string> | undefined>,
  ) {}

  keyOf({ xid, ordinal, scope, topics }: EventReader): string {
    const key = `${xid}-${ordinal}-${[...topics].toSorted((a, b) => a.localeCompare(b)).join()}`;
    return scope === null ? key : `${key}-${JSON.stringify(scope)}`;
  }

  async read(positions: readonly EventReader[]): Promise<Page<EventReader>[]> {
    const found = Map.groupBy(await this.reader.pages(positions), ({ nth }) => nth);
    return positions.map((position, i) => toPage(found.get(i + 1) ?? [], position));
  }

  /** Where a new reader begins, and whether a returning reader can continue at its position. Readers that return together share one statement. */
  resume(position: EventPosition | undefined): Promise<Resumption> {
    const key = position ? toEventId(position) : '';
    const asked = this.resuming.get(key) ?? this.lookUp(position).finally(() => this.resuming.delete(key));
    this.resuming.set(key, asked);
    return asked;
  }

  private async lookUp(position: EventPosition | undefined): Promise<Resumption> {
    const { horizon, now, resumable } = await this.reader.resume(position?.xid ?? '0', position?.at ?? 0);
    return { now: { xid: horizon, ordinal: 0, at: now, behind: 0, scope: null, topics: NO_TOPICS }, resumable };
  }

  async beside(): Promise<((reader: EventReader) => string) | undefined> {
    const [progress, states] = [await this.progressFrames(), await this.states()];
    if (progress === undefined && states === undefined) return undefined;
    return (reader) => {
      const own = progress !== undefined && reader.topics.has('executions') ? progress(reader) : '';
      return own + [...(states ?? [])].map(([topic, frames]) => (reader.topics.has(topic) ? frames : '')).join('');
    };
  }

  private async progressFrames(): Promise<((reader: EventReader) => string) | undefined> {
    if (performance.now() - this.lookedAt < PROGRESS_EVERY_MS) return undefined;
    this.lookedAt = performance.now();
    const rows = await this.reader.progress();
    const known = this.progress;
    this.progress = new Map(rows.map((row) => [row.id, `${row.version}/${row.progress}/${row.step}`]));
    const changed = rows.filter(({ id }) => known.get(id) !== this.progress.get(id)).map((row) => ({ row, frame: progressFrame(row) }));
    const all = changed.map(({ frame }) => frame).join('');
    return ({ scope }) =>
      scope === null
        ? all
        : changed
            .filter(({ row }) => isInScope(scope, row))
            .map(({ frame }) => frame)
            .join('');
  }
}

function dataOf(row: FeedRow): unknown {
  return row.topic === 'executions' ? toExecutionEvent(row) : { ...(row.data as object), at: row.at };
}

function toPage(rows: readonly FeedPageRow[], position: EventReader): Page<EventReader> {
  const events = rows.filter((row): row is FeedPageRow & FeedRow => row.id !== undefined && row.id !== null);
  const more = events.length === EVENTS_PER_PAGE;
  const behind = more ? position.behind + 1 : 0;
  const { scope, topics } = position;
  const now: EventReader = { xid: rows[0]?.horizon ?? position.xid, ordinal: 0, at: rows[0]?.now ?? position.at, behind: 0, scope, topics };
  const incomplete = rows[0]?.incomplete;
  if (behind * EVENTS_PER_PAGE > MAX_MISSED) return { text: resetFrame(now), position: now, more: false, last: false, incomplete };

  const frames: string[] = [];
  let at: EventPosition = position;
  for (const row of events) {
    at = { xid: row.xid, ordinal: row.xid === at.xid ? at.ordinal + 1 : 1, at: Math.floor(row.at.getTime() / 1_000) };
    const data = topics.has(row.topic) ? dataOf(row) : null;
    if (data !== null && isInScope(scope, { accountId: row.accountId, createdBy: row.createdBy ?? '' }))
      frames.push(sseFrame({ event: EVENT_NAMES[row.topic], id: toEventId(at), data }));
  }
  return { text: frames.join(''), position: more ? { ...at, behind, scope, topics } : now, more, last: false, incomplete };
}

/** Events are gone that the reader missed: it reads its lists again and continues here. */
export function resetFrame(now: EventPosition): string {
  return sseFrame({ event: 'reset', id: toEventId(now), data: { reason: 'too_old' } });
}

export function readyFrame(position: EventPosition): string {
  return sseFrame({ event: 'ready', id: toEventId(position), data: {} });
}
