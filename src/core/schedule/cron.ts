import { Cron } from 'croner';
import { changeAfter, instantOf, offsetAt } from './zone.ts';

/** Longer expressions are rejected before they are parsed. */
const LONGEST_CRON = 200;

const SECOND_MS = 1_000;
const FIELDS = ['second', 'minute', 'hour', 'day of month', 'month', 'day of week'] as const;
const ACCEPTS = ['0–59', '0–59', '0–23', '1–31 or L', '1–12 or JAN–DEC', '0–7 or SUN–SAT'] as const;
const CHARACTERS = /^[\dA-Z*,/#-]+$/i;

/** What makes an expression unusable, as the end of a sentence that names the field: `the field "hour" is …`. */
export class CronError extends Error {
  override readonly name = 'CronError';
}

/** Times of a cron expression of 5 fields, or of 6 with seconds first. */
export class CronTimes {
  /** The hour is `*`: the expression means an interval, which is kept when a clock change repeats or leaves out hours. */
  private readonly everyHour: boolean;
  private readonly cron: Cron;

  /** @throws {CronError} */
  constructor(expression: string) {
    const fields = fieldsOf(expression);
    this.everyHour = /^\*(\/1)?$/.test(fields[2] ?? '');
    try {
      this.cron = parse(fields);
    } catch (error) {
      throw new CronError(`is not a cron expression: ${(error as Error).message}`);
    }
  }

  /**
   * The first time after `after`; null when there is none. A time in an hour that a clock change leaves out is the first instant after
   * it, and one in an hour that is repeated is the first of both. Expressions for every hour count hours that pass instead: they run in
   * both of the repeated hours, and not for the one that is left out.
   */
  next(after: Date, timeZone: string): Date | null {
    const instant = Math.floor(after.getTime() / SECOND_MS) * SECOND_MS;
    const next = this.everyHour ? this.nextOfInterval(instant, timeZone) : this.nextOfClock(instant, timeZone);
    return next === null ? null : new Date(next);
  }

  private nextOfClock(instant: number, timeZone: string): number | null {
    for (let wall = this.nextWall(instant + offsetAt(instant, timeZone)); wall !== null; wall = this.nextWall(wall)) {
      const { at } = instantOf(wall, timeZone);
      if (at > instant) return at; // otherwise the clock repeats this hour, and the time has passed
    }
    return null;
  }

  private nextOfInterval(instant: number, timeZone: string): number | null {
    const offset = offsetAt(instant, timeZone);
    let wall = this.nextWall(instant + offset);
    const change = changeAfter(instant, timeZone);
    if (wall !== null && change !== null && wall - offset >= change.at) {
      wall = this.nextWall(change.at + change.after - SECOND_MS);
      if (wall !== null && wall < change.at + change.before) return wall - change.after;
    }
    for (; wall !== null; wall = this.nextWall(wall)) {
      const { at, inGap } = instantOf(wall, timeZone);
      if (!inGap) return at > instant ? at : wall - offset; // the second of both
    }
    return null;
  }

  /** croner counts on a calendar without clock changes. */
  private nextWall(wall: number): number | null {
    return this.cron.nextRun(new Date(wall))?.getTime() ?? null;
  }
}

/** Seconds to day of week. */
function fieldsOf(expression: string): string[] {
  if (expression.length > LONGEST_CRON) throw new CronError(`has ${expression.length} characters, but at most ${LONGEST_CRON} are allowed`);
  const given = expression.trim().split(/\s+/);
  if (given.length !== 5 && given.length !== 6) {
    throw new CronError(`has ${given.length} fields. Write 5 (minute, hour, day of month, month, day of week), or 6 with seconds first`);
  }
  const fields = given.length === 5 ? ['0', ...given] : given;
  for (const [i, field] of fields.entries())
    if (!isUsable(field, i)) throw new CronError(`has "${field}" in the field "${FIELDS[i]}", which accepts ${ACCEPTS[i]}`);
  return fields;
}

function isUsable(field: string, index: number): boolean {
  if (!CHARACTERS.test(field)) return false;
  try {
    parse(FIELDS.map((_, i) => (i === index ? field : '*')));
    return true;
  } catch {
    return false;
  }
}

function parse(fields: readonly string[]): Cron {
  return new Cron(fields.join(' '), { timezone: 'UTC', mode: '6-part' });
}
