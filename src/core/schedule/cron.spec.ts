import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CronError, CronTimes } from './cron.ts';
import { wallOf } from './zone.ts';

const SHIFTS = [
  // zone, the day before the change in UTC, expression of the hour that changes, expected instants
  ['Europe/Berlin', 'spring', '2026-03-28T12:00:00Z', '30 2 * * *', ['2026-03-29T01:00:00Z', '2026-03-30T00:30:00Z']],
  ['Europe/Berlin', 'autumn', '2026-10-24T12:00:00Z', '30 2 * * *', ['2026-10-25T00:30:00Z', '2026-10-26T01:30:00Z']],
  ['America/New_York', 'spring', '2026-03-07T12:00:00Z', '30 2 * * *', ['2026-03-08T07:00:00Z', '2026-03-09T06:30:00Z']],
  ['America/New_York', 'autumn', '2026-10-31T12:00:00Z', '30 1 * * *', ['2026-11-01T05:30:00Z', '2026-11-02T06:30:00Z']],
  // at midnight: the day itself begins at 01:00
  ['America/Santiago', 'spring', '2026-09-05T12:00:00Z', '30 0 * * *', ['2026-09-06T04:00:00Z', '2026-09-07T03:30:00Z']],
  [
    'America/Santiago',
    'autumn',
    '2026-04-03T12:00:00Z',
    '30 23 * * *',
    ['2026-04-04T02:30:00Z', '2026-04-05T02:30:00Z', '2026-04-06T03:30:00Z'],
  ],
  // by half an hour
  ['Australia/Lord_Howe', 'spring', '2026-10-03T00:00:00Z', '15 2 * * *', ['2026-10-03T15:30:00Z', '2026-10-04T15:15:00Z']],
  ['Australia/Lord_Howe', 'autumn', '2026-04-04T00:00:00Z', '45 1 * * *', ['2026-04-04T14:45:00Z', '2026-04-05T15:15:00Z']],
  ['Asia/Kolkata', 'spring', '2026-03-28T12:00:00Z', '30 2 * * *', ['2026-03-28T21:00:00Z', '2026-03-29T21:00:00Z']],
  ['Asia/Kolkata', 'autumn', '2026-10-24T12:00:00Z', '30 2 * * *', ['2026-10-24T21:00:00Z', '2026-10-25T21:00:00Z']],
  ['Asia/Shanghai', 'spring', '2026-03-28T12:00:00Z', '30 2 * * *', ['2026-03-28T18:30:00Z', '2026-03-29T18:30:00Z']],
  ['Asia/Shanghai', 'autumn', '2026-10-24T12:00:00Z', '30 2 * * *', ['2026-10-24T18:30:00Z', '2026-10-25T18:30:00Z']],
  // a whole day is left out
  [
    'Pacific/Apia',
    'date line',
    '2011-12-29T12:00:00Z',
    '0 9 * * *',
    ['2011-12-29T19:00:00Z', '2011-12-30T10:00:00Z', '2011-12-30T19:00:00Z'],
  ],
] as const;

const INTERVALS = [
  ['Europe/Berlin', 'spring', '2026-03-29T00:15:00Z', '30 * * * *', ['2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z']],
  [
    'Europe/Berlin',
    'autumn',
    '2026-10-25T00:15:00Z',
    '30 * * * *',
    ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z'],
  ],
  ['Europe/Berlin', 'the second of both hours', '2026-10-25T00:45:00Z', '30 * 25 10 *', ['2026-10-25T01:30:00Z', '2026-10-25T02:30:00Z']],
  [
    'Australia/Lord_Howe',
    'autumn',
    '2026-04-04T14:40:00Z',
    '*/15 * * * *',
    ['2026-04-04T14:45:00Z', '2026-04-04T15:00:00Z', '2026-04-04T15:15:00Z'],
  ],
] as const;

const timesOf = (expression: string, zone: string, after: string, count: number): string[] => {
  const cron = new CronTimes(expression);
  const found: string[] = [];
  for (let time = new Date(after); found.length < count; found.push(time.toISOString().replace('.000', ''))) {
    const next = cron.next(time, zone);
    if (next === null) return found;
    time = next;
  }
  return found;
};

describe('a cron expression at a clock change', () => {
  it.each(SHIFTS)('%s, %s', (zone, _change, after, expression, expected) => {
    expect(timesOf(expression, zone, after, expected.length)).toEqual(expected);
  });

  it('fires once in a repeated hour for any minute of a named hour, whenever the next time is asked for', () => {
    const twice = timesOf('*/20 2 * * *', 'Europe/Berlin', '2026-10-24T12:00:00Z', 4);
    expect(twice).toEqual(['2026-10-25T00:00:00Z', '2026-10-25T00:20:00Z', '2026-10-25T00:40:00Z', '2026-10-26T01:00:00Z']);
    expect(timesOf('30 2 * * *', 'Europe/Berlin', '2026-10-25T01:10:00Z', 1)).toEqual(['2026-10-26T01:30:00Z']);
  });

  it('fires once for several times in the hour that is left out', () => {
    expect(timesOf('*/20 2,3 * * *', 'Europe/Berlin', '2026-03-29T00:30:00Z', 2)).toEqual(['2026-03-29T01:00:00Z', '2026-03-29T01:20:00Z']);
  });

  it.each(INTERVALS)('counts hours that pass when it is for every hour: %s, %s', (zone, _change, after, expression, expected) => {
    expect(timesOf(expression, zone, after, expected.length)).toEqual(expected);
  });

  const zones = fc.constantFrom(
    'Europe/Berlin',
    'America/New_York',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Asia/Kolkata',
    'Asia/Shanghai',
  );
  const part = (max: number) =>
    fc.oneof(
      fc.constant('*'),
      fc.integer({ min: 0, max }).map(String),
      fc.integer({ min: 2, max: 15 }).map((n) => `*/${n}`),
    );
  const instants = fc.integer({ min: Date.UTC(2025, 0), max: Date.UTC(2030, 0) }).map((ms) => new Date(ms));

  it('is the same from any instant before the next time, and never goes back', () => {
    fc.assert(
      fc.property(zones, part(59), part(23), instants, fc.double({ min: 0, max: 1, noNaN: true }), (zone, minute, hour, after, share) => {
        const cron = new CronTimes(`${minute} ${hour} * * *`);
        const next = cron.next(after, zone) as Date;
        expect(next > after).toBe(true);
        const between = new Date(after.getTime() + Math.floor((next.getTime() - after.getTime() - 1) * share));
        expect(cron.next(between, zone)).toEqual(next);
      }),
    );
  });

  it('fires once for each wall time of a fixed hour', () => {
    fc.assert(
      fc.property(zones, fc.integer({ min: 0, max: 59 }), fc.integer({ min: 0, max: 23 }), instants, (zone, minute, hour, after) => {
        const cron = new CronTimes(`${minute} ${hour} * * *`);
        const first = cron.next(after, zone) as Date;
        const second = cron.next(first, zone) as Date;
        const days = (time: Date) => Math.floor(wallOf(time.getTime(), zone) / 86_400_000);
        expect(days(second) - days(first)).toBe(1);
      }),
    );
  });
});

describe('a cron expression', () => {
  it('may have spaces around it and 200 characters', () => {
    expect(timesOf(' 0  9 * * * '.padEnd(200), 'UTC', '2026-01-01T00:00:00Z', 1)).toEqual(['2026-01-01T09:00:00Z']);
    expect(() => new CronTimes('0 9 * * *'.padEnd(201))).toThrow('has 201 characters');
  });

  it.each(['*/2', '0,*'])('with the hours %s is not one for every hour', (hours) => {
    const times = timesOf(`30 ${hours} * * *`, 'Europe/Berlin', '2026-10-25T00:15:00Z', 2);
    expect([times[0], times.includes('2026-10-25T01:30:00Z')]).toEqual(['2026-10-25T00:30:00Z', false]);
  });

  it.each([
    ['30 * 1 7 *', 'Europe/Berlin', '2026-10-25T00:45:00Z', ['2027-06-30T22:30:00Z', '2027-06-30T23:30:00Z']],
    ['30 * 1 11 *', 'America/Havana', '2026-01-15T00:00:00Z', ['2026-11-01T04:30:00Z', '2026-11-01T05:30:00Z']],
    ['30 * 6 9 *', 'America/Santiago', '2026-01-15T00:00:00Z', ['2026-09-06T04:30:00Z', '2026-09-06T05:30:00Z']],
    ['0 * 31 2 *', 'Europe/Berlin', '2026-10-25T00:45:00Z', []],
  ])('for every hour of days far away: %s in %s', (expression, zone, after, expected) => {
    expect(timesOf(expression, zone, after, 2)).toEqual(expected);
  });

  it('does not depend on the time zone of the process', () => {
    const { TZ } = process.env;
    process.env.TZ = 'America/New_York';
    try {
      expect(timesOf('30 2 * * *', 'UTC', '2026-03-07T12:00:00Z', 2)).toEqual(['2026-03-08T02:30:00Z', '2026-03-09T02:30:00Z']);
    } finally {
      if (TZ === undefined) delete process.env.TZ;
      else process.env.TZ = TZ;
    }
  });

  it('for every hour is due at each instant whose local time it names', () => {
    const changes = fc.constantFrom(
      ['Europe/Berlin', '2026-03-29T01:00:00Z'],
      ['Europe/Berlin', '2026-10-25T01:00:00Z'],
      ['America/Santiago', '2026-09-06T04:00:00Z'],
      ['America/Santiago', '2026-04-05T03:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
    );
    const minutes = fc.uniqueArray(fc.nat(59), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(changes, fc.integer({ min: -180, max: 180 }), minutes, fc.boolean(), ([zone, change], before, named, isOneDay) => {
        const from = Date.parse(change as string) + before * 60_000;
        const day = new Date(wallOf(Date.parse(change as string), zone as string)).getUTCDate();
        const isNamed = (at: number) => {
          const wall = new Date(wallOf(at, zone as string));
          return named.includes(wall.getUTCMinutes()) && (!isOneDay || wall.getUTCDate() === day);
        };
        let expected = from + 60_000;
        while (!isNamed(expected) && expected < from + 86_400_000) expected += 60_000;
        if (!isNamed(expected)) return;
        const cron = new CronTimes(`${named.join(',')} * ${isOneDay ? day : '*'} * *`);
        expect(cron.next(new Date(from), zone as string)).toEqual(new Date(expected));
      }),
    );
  });
});

describe('a cron expression that cannot be used', () => {
  it.each([
    ['99 * * * *', 'has "99" in the field "minute", which accepts 0–59'],
    ['0 24 * * *', 'has "24" in the field "hour"'],
    ['0 0 32 * *', 'has "32" in the field "day of month"'],
    ['0 0 * 13 *', 'has "13" in the field "month"'],
    ['0 0 * * 8', 'has "8" in the field "day of week"'],
    ['60 0 0 * * *', 'has "60" in the field "second"'],
    ['0 0 1? * *', 'has "1?" in the field "day of month"'],
    ['0 0 ?1 * *', 'has "?1" in the field "day of month"'],
    ['0 0 ? * *', 'has "?" in the field "day of month"'],
    ['*/0 * * * *', 'in the field "minute"'],
    ['1,, * * * *', 'in the field "minute"'],
    ['a b', 'has 2 fields'],
    ['* * * * * * *', 'has 7 fields'],
    ['@daily', 'has 1 fields'],
    ['*'.repeat(1_000), 'has 1000 characters'],
  ])('%s', (expression, problem) => {
    expect(() => new CronTimes(expression)).toThrow(problem);
    expect(() => new CronTimes(expression)).toThrow(CronError);
  });

  it('has no next time when its days do not exist', () => {
    expect(new CronTimes('0 0 31 2 *').next(new Date('2026-01-01T00:00:00Z'), 'Asia/Shanghai')).toBeNull();
  });
});
