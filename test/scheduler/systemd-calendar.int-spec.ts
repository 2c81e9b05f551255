import { describe, expect, it } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { CronTimes } from '../../src/core/schedule/cron.ts';
import { pick, seeded } from '../faults/random.ts';

/** `CRON_CASES=10000` compares more; `CRON_SEED` repeats a run. */
const CASES = Number(process.env.CRON_CASES ?? 500);
const SEED = Number(process.env.CRON_SEED ?? Date.now() % 2 ** 31);
/** Expressions of one process, and due times of each. */
const AT_ONCE = 200;
const TIMES = 3;

const hasSystemd = spawnSync('systemd-analyze', ['--version']).status === 0;
const withSystemd = hasSystemd ? describe : describe.skip;
const HINT = hasSystemd ? '' : ' (needs systemd-analyze; Debian: apt-get install --no-install-recommends systemd)';

/**
 * Zones in which both grammars mean the same: everywhere without clock changes, else for hours that no change leaves out or repeats.
 * systemd skips a time in a gap; a time of ours is then the first instant after it.
 * Without Santiago, where a day may begin at 01:00: systemd 252 often gives up there.
 */
const ZONES: readonly { zone: string; hours: readonly [number, number] }[] = [
  ...['UTC', 'Asia/Shanghai', 'Asia/Kolkata', 'Asia/Kathmandu', 'America/Phoenix'].map((zone) => ({ zone, hours: [0, 23] as const })),
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe'].map((zone) => ({ zone, hours: [4, 22] as const })),
];
const GIVES_UP = /^Failed to determine next elapse for '(.*)': Resource deadlock avoided$/;
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

interface Case {
  readonly cron: string;
  readonly calendar: string;
  readonly zone: string;
}

type Random = () => number;
const whole = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

/**
 * A value, a list, a range, a range with steps, or all values: as cron and as systemd write it. Steps have an end, because systemd 252
 * counts `1/7` on beyond the end of a month, and then misses its first day.
 */
function field(random: Random, from: number, to: number, all: boolean): [cron: string, systemd: string] {
  const low = whole(random, from, to);
  const high = whole(random, low, to);
  const step = whole(random, 1, 7);
  const list = [...new Set([low, high, whole(random, from, to)])].toSorted((a, b) => a - b).join(',');
  const forms: [string, string][] = [
    [`${low}`, `${low}`],
    [list, list],
    ...(low < high
      ? ([
          [`${low}-${high}`, `${low}..${high}`],
          [`${low}-${high}/${step}`, `${low}..${high}/${step}`],
        ] as [string, string][])
      : []),
    ...(all
      ? ([
          ['*', '*'],
          [`*/${step}`, `${from}..${to}/${step}`],
        ] as [string, string][])
      : []),
  ];
  return pick(random, forms);
}

function caseOf(random: Random): Case {
  const { zone, hours } = pick(random, ZONES);
  const [second, minute] = [field(random, 0, 59, true), field(random, 0, 59, true)];
  const hour = field(random, hours[0], hours[1], hours[0] === 0);
  const month = random() < 0.6 ? (['*', '*'] as const) : field(random, 1, 12, true);
  // Both together mean either to cron and both to systemd.
  const restricted = pick(random, ['none', 'day', 'weekday'] as const);
  const day = restricted === 'day' ? field(random, 1, 31, true) : (['*', '*'] as const);
  const weekdays = [...new Set([whole(random, 0, 6), whole(random, 0, 6), whole(random, 0, 6)])].toSorted((a, b) => a - b);
  const [cronDay, systemdDay] =
    restricted === 'weekday' ? [weekdays.join(','), `${weekdays.map((one) => WEEKDAYS[one]).join(',')} `] : ['*', ''];
  const sixFields = random() < 0.3;
  return {
    zone,
    cron: `${sixFields ? `${second[0]} ` : ''}${minute[0]} ${hour[0]} ${day[0]} ${month[0]} ${cronDay}`,
    calendar: `${systemdDay}*-${month[1]}-${day[1]} ${hour[1]}:${minute[1]}:${sixFields ? second[1] : '00'} ${zone}`,
  };
}

/** The next times by systemd, of each expression; null where systemd 252 gives up, because its month begins in another offset. */
function bySystemd(cases: readonly Case[], base: Date): (string[] | null)[] {
  const args = ['calendar', `--iterations=${TIMES}`, `--base-time=${base.toISOString().slice(0, 19).replace('T', ' ')} UTC`];
  const { stdout, stderr } = spawnSync('systemd-analyze', [...args, ...cases.map(({ calendar }) => calendar)], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    maxBuffer: 64_000_000,
  });
  const complaints = stderr.split('\n').filter((line) => line !== '');
  const other = complaints.filter((line) => !GIVES_UP.test(line));
  if (other.length > 0) throw new Error(other.join('\n'));
  const givenUp = new Set(complaints.map((line) => GIVES_UP.exec(line)?.[1]));
  const blocks = stdout.split(/^Normalized form: /m).slice(1);
  const timesIn = (block: string): string[] =>
    [...block.matchAll(/^\s*(?:Next elapse|Iter\. #\d+): \w{3} (\S+) (\S+) UTC$/gm)].map(([, day, time]) => `${day}T${time}Z`);
  if (blocks.length + complaints.length !== cases.length) throw new Error(`${blocks.length} answers for ${cases.length} expressions`);
  return cases.map(({ calendar }) => (givenUp.has(calendar) ? null : timesIn(blocks.shift() ?? '')));
}

function byCron({ cron, zone }: Case, base: Date): string[] {
  const times = new CronTimes(cron);
  const found: string[] = [];
  for (let next = times.next(base, zone); next !== null && found.length < TIMES; next = times.next(next, zone))
    found.push(next.toISOString().replace('.000', ''));
  return found;
}

withSystemd(`cron expressions and systemd-analyze calendar${HINT}`, () => {
  it(`have the same next times: ${CASES} random expressions, CRON_SEED=${SEED}`, () => {
    const random = seeded(SEED);
    const differences: object[] = [];
    let [compared, givenUp] = [0, 0];
    for (let left = CASES; left > 0; left -= AT_ONCE) {
      const base = new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 4 * 366 * 86_400) * 1_000);
      const cases = Array.from({ length: Math.min(AT_ONCE, left) }, () => caseOf(random));
      const times = bySystemd(cases, base);
      givenUp += times.filter((one) => one === null).length;
      for (const [i, one] of cases.entries()) {
        const [ours, theirs] = [byCron(one, base), times[i]];
        if (theirs === null) continue;
        compared += ours.length;
        if (JSON.stringify(ours) !== JSON.stringify(theirs)) differences.push({ ...one, base: base.toISOString(), ours, theirs });
      }
    }
    expect(differences.slice(0, 5)).toEqual([]);
    expect(givenUp).toBeLessThan(CASES / 100);
    expect(compared).toBeGreaterThan(CASES * 2);
  });
});
