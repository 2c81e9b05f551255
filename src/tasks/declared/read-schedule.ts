import { MISFIRE_POLICIES, type MisfirePolicy } from '../../core/schedule/firing-plan.ts';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../../core/schedule/overlap.ts';
import { cronTimes, type Trigger } from '../../core/schedule/trigger.ts';
import type { YamlNode } from './yaml-node.ts';

/** When a declared task is submitted by itself. */
export interface DeclaredSchedule {
  readonly trigger: Trigger;
  readonly timeZone: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly overlap: OverlapPolicy;
  readonly misfire: MisfirePolicy;
  readonly catchUpSeconds: number;
  readonly jitterSeconds: number;
}

const DAY_MS = 86_400_000;
/** Of `everyMs`: the same at each start. */
const ANCHOR = '1970-01-01T00:00:00.000Z';

export function readSchedule(place: YamlNode): DeclaredSchedule {
  const known = ['cron', 'everyMs', 'timeZone', 'params', 'overlap', 'misfire', 'catchUpSeconds', 'jitterSeconds'] as const;
  const { cron, everyMs, timeZone, params, overlap, misfire, catchUpSeconds, jitterSeconds } = place.fields(known);
  if ((cron === undefined) === (everyMs === undefined))
    place.reject('needs one of cron and everyMs', 'Write cron: "30 2 * * *", or everyMs: 900000');
  return {
    trigger: everyMs === undefined ? readCron(cron) : { type: 'every', everyMs: everyMs.integer(1_000, 366 * DAY_MS), anchorAt: ANCHOR },
    timeZone: timeZone === undefined ? 'UTC' : readTimeZone(timeZone),
    params: Object.fromEntries((params?.members() ?? []).map(([name, { value }]) => [name, value])),
    overlap: overlap?.oneOf(OVERLAP_POLICIES) ?? 'skip',
    misfire: misfire?.oneOf(MISFIRE_POLICIES) ?? 'last',
    catchUpSeconds: catchUpSeconds?.integer(0, 604_800) ?? 3_600,
    jitterSeconds: jitterSeconds?.integer(0, 3_600) ?? 0,
  };
}

function readCron(place: YamlNode | undefined): Trigger {
  const expression = place?.text('a cron expression, in quotes') ?? '';
  const example = 'Write one such as "30 2 * * *"';
  if (expression === '') return { type: 'cron', expression };
  try {
    if (cronTimes(expression).next(new Date(0), 'UTC') === null) place?.reject('has no date: its days do not exist in its months', example);
  } catch (error) {
    place?.reject((error as Error).message, example);
  }
  return { type: 'cron', expression };
}

function readTimeZone(place: YamlNode): string {
  const zone = place.text('an IANA time zone such as Asia/Shanghai');
  try {
    if (zone !== '') new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch {
    place.reject('is not an IANA time zone', 'Write one such as Asia/Shanghai');
  }
  return zone;
}
