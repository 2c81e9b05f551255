import { mutant } from './mutant.mjs';

const FEED = 'src/engine/inspection/transition-feed.sql.ts';
const BROADCASTER = 'src/platform/http/sse-broadcaster.ts';
const incomplete = 'test/stream/incomplete-feed.int-spec.ts';
const live = 'test/stream/live-feed.int-spec.ts';

export const streaming = [
  mutant('stream: complete transactions only', FEED, ' AND ${alias}.xid < (SELECT ${HORIZON})', '', incomplete, 'newer than a running'),
  mutant(
    'stream: says that it is incomplete',
    FEED,
    '`${HORIZON} < pg_snapshot_xmax',
    '`${HORIZON} > pg_snapshot_xmax',
    incomplete,
    'newer than a running',
  ),
  mutant('stream: looks again', BROADCASTER, 'if (incomplete) this.recheck', 'if (!incomplete) this.recheck', live, 'looks again soon'),
  mutant(
    'stream: the source says that it is incomplete',
    'src/monitoring/events/event-source.ts',
    'const incomplete = rows[0]?.incomplete;',
    'const incomplete = false;',
    incomplete,
    'newer than a running',
  ),
];
