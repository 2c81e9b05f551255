import type pg from 'pg';
import { findLabelInHtml } from '../../../src/channels/label/verify-label.ts';
import type { AiLabel } from '../../../src/channels/label/ai-label.ts';
import { keyOf } from './crash-proxy.ts';
import type { PlannedEntry, PublishFault } from './fault-plan.ts';
import type { SitePost } from './sites.ts';

/** The end of one entry, by the database and by the site. */
export interface PublishedEntry {
  readonly fault: PublishFault;
  readonly status: string;
  readonly settledBy: string | null;
  readonly calls: number;
  readonly lost: number;
  readonly absent: number;
  readonly posts: number;
  readonly labelShown: boolean;
}

interface EntryRow {
  readonly id: string;
  readonly status: string;
  readonly labelState: string | null;
  readonly settledBy: string | null;
  readonly calls: number | null;
  readonly label: AiLabel | null;
  readonly lost: number;
  readonly absent: number;
}

const SELECT_ENDS = `
  SELECT e.id, e.status, e.label_state AS "labelState", i.settled_by AS "settledBy", i.sends AS calls, i.package -> 'aiLabel' AS label,
         (SELECT count(*)::int FROM pool_audit a WHERE a.entry_id = e.id AND a.transition = 'lose') AS lost,
         (SELECT count(*)::int FROM pool_audit a WHERE a.entry_id = e.id AND a.transition = 'absent') AS absent
  FROM pool_entries e LEFT JOIN publish_intents i ON i.entry_id = e.id`;

/** Reads every entry, counts the posts at the site, and reads each page. A broken promise is one line of `broken`. */
export async function judge(
  client: pg.Client,
  planned: readonly PlannedEntry[],
  posts: readonly SitePost[],
): Promise<{ entries: PublishedEntry[]; broken: string[] }> {
  const { rows } = await client.query<EntryRow>(SELECT_ENDS);
  const broken: string[] = [];
  const entries: PublishedEntry[] = [];
  for (const { contentId, entryId, fault } of planned) {
    const row = rows.find(({ id }) => id === entryId);
    if (row === undefined) throw new Error(`the entry ${entryId} is missing`);
    const mine = posts.filter(({ slug }) => slug.includes(keyOf(contentId)));
    const labelShown = row.label !== null && mine.length === 1 && (await showsLabel(mine[0] as SitePost, row.label));
    const { status, settledBy, labelState, calls, lost, absent } = row;
    const where = `${entryId} (${fault})`;
    if (status !== 'published') broken.push(`not published: ${where} is ${status}`);
    if (mine.length > 1) broken.push(`double posts: ${where} has ${mine.length}`);
    if (mine.length === 0) broken.push(`no post: ${where}`);
    if (mine.some((post) => post.status !== 'published' && post.status !== 'publish')) broken.push(`not public: ${where}`);
    if (settledBy !== 'answer' && settledBy !== 'probe') broken.push(`settled by "${settledBy}": ${where}`);
    if (!labelShown) broken.push(`no label on the page: ${where}`);
    if (labelState !== 'found') broken.push(`the application recorded the label as ${labelState}: ${where}`);
    entries.push({ fault, status, settledBy, calls: calls ?? 0, lost, absent, posts: mine.length, labelShown });
  }
  if (posts.length !== planned.length) broken.push(`the site has ${posts.length} posts, not ${planned.length}`);
  return { entries, broken };
}

async function showsLabel({ url }: SitePost, label: AiLabel): Promise<boolean> {
  return findLabelInHtml(await (await fetch(url)).text(), label).state === 'found';
}
