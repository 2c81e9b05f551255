import { MISFIRE_POLICIES, type MisfirePolicy } from '../../core/schedule/firing-plan.ts';
import { OVERLAP_POLICIES, type OverlapPolicy } from '../../core/schedule/overlap.ts';
import { cronTimes, type SlotsTrigger, type Trigger } from '../../core/schedule/trigger.ts';
import type { YamlNode } from './yaml-node.ts';

/** The publishing slots of an account. `account` is its name or its id: accounts are rows, which the file cannot know. */
export interface DeclaredSlots {
  readonly type: 'slots';
  readonly account: string;
  readonly leadMinutes: number;
}

/** When a declared task is submitted by itself. */
export interface DeclaredSchedule {
  readonly trigger: Exclude<Trigger, SlotsTrigger> | DeclaredSlots;
  /** Slots have the zone of their account instead. */
  readonly timeZone: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly overlap: OverlapPolicy;
  readonly misfire: MisfirePolicy;
  readonly catchUpSeconds: number;
  readonly jitterSeconds: number;
}

const DAY_MS = 86_400_000;
/** As for schedules of the API. */
const MOST_LEAD_MINUTES = 10_080;
/** Of `everyMs`: the same at each start. */
const ANCHOR = '1970-01-01T00:00:00.000Z';

export function readSchedule(place: YamlNode): DeclaredSchedule {
  const known = ['cron', 'everyMs', 'slots', 'timeZone', 'params', 'overlap', 'misfire', 'catchUpSeconds', 'jitterSeconds'] as const;
  const { cron, everyMs, slots, timeZone, params, overlap, misfire, catchUpSeconds, jitterSeconds } = place.fields(known);
  if ([cron, everyMs, slots].filter((one) => one !== undefined).length !== 1)
    place.reject(
      'needs one of cron, everyMs and slots',
      'Write cron: "30 2 * * *", everyMs: 900000, or slots: {account: the name of an account}',
    );
  if (slots !== undefined) timeZone?.reject('is that of the account for slots', 'Remove it');
  return {
    trigger: slots
      ? readSlots(slots)
      : everyMs
        ? { type: 'every', everyMs: everyMs.integer(1_000, 366 * DAY_MS), anchorAt: ANCHOR }
        : readCron(cron),
    timeZone: timeZone === undefined ? 'UTC' : readTimeZone(timeZone),
    params: Object.fromEntries((params?.members() ?? []).map(([name, { value }]) => [name, value])),
    overlap: overlap?.oneOf(OVERLAP_POLICIES) ?? 'skip',
    misfire: misfire?.oneOf(MISFIRE_POLICIES) ?? 'last',
    catchUpSeconds: catchUpSeconds?.integer(0, 604_800) ?? 3_600,
    jitterSeconds: jitterSeconds?.integer(0, 3_600) ?? 0,
  };
}

function readSlots(place: YamlNode): DeclaredSlots {
  const { account, leadMinutes } = place.fields(['account', 'leadMinutes'], ['account']);
  return {
    type: 'slots',
    account: account?.text('the name or the id of an account') ?? '',
    leadMinutes: leadMinutes?.integer(0, MOST_LEAD_MINUTES) ?? 0,
  };
}

function readCron(place: YamlNode | undefined): Exclude<Trigger, SlotsTrigger> {
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
