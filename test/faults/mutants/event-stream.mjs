import { mutant } from './mutant.mjs';

const FEED = 'src/engine/inspection/transition-feed.sql.ts';
const BROADCASTER = 'src/platform/http/sse-broadcaster.ts';
const hidden = 'test/stream/hidden-events.int-spec.ts';
const live = 'test/stream/live-feed.int-spec.ts';

export const streaming = [
  mutant('stream: complete transactions only', FEED, ' AND ${alias}.xid < (SELECT ${HORIZON})', '', hidden, 'newer than a running'),
  mutant(
    'stream: says what may be hidden',
    FEED,
    '`${HORIZON} < pg_snapshot_xmax',
    '`${HORIZON} > pg_snapshot_xmax',
    hidden,
    'newer than a running',
  ),
  mutant('stream: looks again', BROADCASTER, 'if (hidden) this.again', 'if (!hidden) this.again', live, 'looks again soon'),
];
