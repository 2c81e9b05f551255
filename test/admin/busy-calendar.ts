import pg from 'pg';
import type { Server } from '../process/server.ts';

export const POSTS = 500;
const ACCOUNTS = 10;
const ZONE = 'Asia/Shanghai';
const DAY_MS = 86_400_000;
/** Noon of Shanghai in UTC. */
const NOON_MS = 4 * 3_600_000;
const TITLES = [
  'Grid storage: what four hours of batteries change',
  'Why heat pumps work at minus fifteen degrees',
  '储能电站的第一个冬天：四小时电池改变了什么',
  'A short history of the tide table',
  '清晨六点的面包房，以及它一天的账',
];

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Noon in Shanghai of the first Wednesday from the 11th on, `ahead` months from now. */
function middleOfMonth(ahead: number): number {
  const eleventh = new Date(isoDay(Date.now()).slice(0, 8) + '11');
  eleventh.setUTCMonth(eleventh.getUTCMonth() + ahead);
  return eleventh.getTime() + ((10 - eleventh.getUTCDay()) % 7) * DAY_MS + NOON_MS;
}

const mondayOf = (day: string): number => Date.parse(day) - ((new Date(day).getUTCDay() + 6) % 7) * DAY_MS;

/** What a view of the calendar shows: whole weeks. */
export interface Shown {
  readonly days: readonly string[];
  readonly posts: number;
}

/** Accounts with slots on each day, and 500 posts: what lies in the past is published, what lies ahead is pending. */
export class BusyCalendar {
  /**
   * The time that the browser takes for the present: noon in Shanghai of a Wednesday in the middle of the month after next. Week and month
   * then have the same share of published and pending posts, and the week lies within the month, on whichever day the test runs.
   */
  readonly now: number = middleOfMonth(2);

  private constructor(private readonly client: pg.Client) {}

  static async create(server: Server): Promise<BusyCalendar> {
    const slots = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) => ['08:00', '12:00', '16:00', '20:00'].map((time) => ({ weekday, time })));
    for (let nth = 1; nth <= ACCOUNTS; nth++) {
      const publishing = { slots, dailyQuota: null };
      const account = await server.call<{ id: string }>('POST', '/accounts', {
        name: `account ${nth}`,
        platform: 'blog',
        timeZone: ZONE,
        publishing,
      });
      const channel = { name: 'site', kind: 'file', config: { mode: 'publish', folder: `site-${nth}` } };
      await server.call('POST', `/accounts/${account.id}/channels`, channel);
    }
    const client = new pg.Client(server.databaseUrl);
    await client.connect();
    await client.query(
      `INSERT INTO contents (id, account_id, kind, language, title, summary, body_markdown, body_html, word_count, review_status, created_at, updated_at)
       SELECT gen_random_uuid(), a.id, 'article', 'en', ($1::text[])[1 + n % 5] || ' ' || n, '', 'Text.', '<p>Text.</p>', 1, 'approved', app_clock(), app_clock()
       FROM generate_series(0, $2::int - 1) n
       JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS nth FROM accounts) a ON a.nth = n % $3::int`,
      [TITLES, POSTS, ACCOUNTS],
    );
    // A published entry has a history that no single statement can write.
    await client.query('SET session_replication_role = replica');
    return new BusyCalendar(client);
  }

  private days(period: 'week' | 'month', ahead = 0): string[] {
    const today = isoDay(this.now);
    const first = new Date(`${today.slice(0, 7)}-01`);
    first.setUTCMonth(first.getUTCMonth() + ahead);
    const after = new Date(first);
    after.setUTCMonth(after.getUTCMonth() + 1);
    const from = mondayOf(period === 'week' ? today : isoDay(first.getTime()));
    const before = period === 'week' ? from + 7 * DAY_MS : mondayOf(isoDay(after.getTime() - DAY_MS)) + 7 * DAY_MS;
    return Array.from({ length: (before - from) / DAY_MS }, (_, nth) => isoDay(from + nth * DAY_MS));
  }

  /** Puts the posts on the days of the present week or month. */
  async spread(period: 'week' | 'month'): Promise<void> {
    await this.client.query('DELETE FROM pool_entries');
    await this.client.query(
      `INSERT INTO pool_entries (id, account_id, content_id, channel_id, scheduled_at, scheduled_local, time_zone, actor, content_approved, account_open,
         channel_open, status, transition, published_at, published_version, published_hash, outcome, label_state)
       SELECT gen_random_uuid(), account_id, content_id, channel_id, at, to_char(local, 'YYYY-MM-DD"T"HH24:MI'), $2, 'test', true, true, true,
         CASE WHEN past THEN 'published' ELSE 'pending' END, CASE WHEN past THEN 'complete' ELSE 'enqueue' END,
         CASE WHEN past THEN at END, CASE WHEN past THEN 1 END, CASE WHEN past THEN 'x' END, CASE WHEN past THEN 'published' END,
         CASE WHEN past THEN 'found' END
       FROM (SELECT account_id, content_id, channel_id, local, local AT TIME ZONE $2 AS at, local AT TIME ZONE $2 < $3 AS past
             FROM (SELECT c.account_id, c.id AS content_id, h.id AS channel_id,
                     ($1::text[])[1 + nth % array_length($1::text[], 1)]::timestamp + interval '7 hours' + interval '97 minutes' * (nth % 10) AS local
                   FROM (SELECT *, row_number() OVER (PARTITION BY account_id ORDER BY id)::int AS nth FROM contents) c
                   JOIN account_channels h ON h.account_id = c.account_id) planned) timed`,
      [this.days(period), ZONE, new Date(this.now)],
    );
    await this.client.query('ANALYZE');
  }

  week(): Promise<Shown> {
    return this.shown(this.days('week'));
  }

  /** Of the present month, or of one after it. */
  month(ahead = 0): Promise<Shown> {
    return this.shown(this.days('month', ahead));
  }

  private async shown(days: readonly string[]): Promise<Shown> {
    const { rows } = await this.client.query<{ posts: number }>(
      'SELECT count(*)::int AS posts FROM pool_entries WHERE left(scheduled_local, 10) = ANY ($1)',
      [days],
    );
    return { days, posts: rows[0]?.posts ?? 0 };
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
