export type Language = 'en' | 'zh';

const DAY_MS = 86_400_000;
const MONTH_MS = 30.436875 * DAY_MS;
const YEAR_MS = 12 * MONTH_MS;
/** From here on a number of days says little. */
const MOST_DAYS = 60;

/** A unit, its length, and from how long on it is used. */
const UNITS: readonly [Intl.RelativeTimeFormatUnit, size: number, from: number][] = [
  ['year', YEAR_MS, 2 * YEAR_MS],
  ['month', MONTH_MS, MOST_DAYS * DAY_MS],
  ['day', DAY_MS, DAY_MS],
  ['hour', 3_600_000, 3_600_000],
  ['minute', 60_000, 60_000],
  ['second', 1000, 1000],
];

/** Times, durations and numbers in a language and a time zone. */
export function createFormat(language: Language, timeZone: string) {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const dates = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, hourCycle: 'h23', ...options });
  const clock = dates({ hour: '2-digit', minute: '2-digit', second: '2-digit' });
  const minute = dates({ hour: '2-digit', minute: '2-digit' });
  const full = dates({ dateStyle: 'medium', timeStyle: 'long' });
  const day = dates({ month: 'short', day: 'numeric' });
  const dayTime = dates({ month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
  const zone = new Intl.DateTimeFormat('en', { timeZoneName: 'longOffset', timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always', style: 'narrow' });
  const words = new Intl.ListFormat(locale, { type: 'unit', style: language === 'zh' ? 'narrow' : 'short' });
  return {
    clock: (at: string | number) => clock.format(new Date(at)),
    minute: (at: string | number) => minute.format(new Date(at)),
    full: (at: string | number) => full.format(new Date(at)),
    day: (at: string | number) => day.format(new Date(at)),
    dayTime: (at: string | number) => dayTime.format(new Date(at)),
    ago(at: string | number, now: number): string {
      const delta = new Date(at).getTime() - now;
      const [unit, size] = UNITS.find(([, , from]) => Math.abs(delta) >= from) ?? (['second', 1000] as const);
      return relative.format(Math.trunc(delta / size), unit);
    },
    took,
    /** Milliseconds that the zone is ahead of UTC at this time. */
    offset(at: number): number {
      const [, sign, hours, minutes] = /GMT([+-])(\d+):(\d+)/.exec(zone.format(new Date(at))) ?? [];
      return hours === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
    },
    list: (items: string[]) => (language === 'zh' ? items.join('、') : words.format(items)),
    number: (value: number) => value.toLocaleString(locale),
    percent: (share: number) => share.toLocaleString(locale, { style: 'percent', maximumFractionDigits: 1 }),
    bytes,
    money: (value: number, currency: string) => value.toLocaleString(locale, { style: 'currency', currency, maximumFractionDigits: 4 }),
  };
}

export type Format = ReturnType<typeof createFormat>;

const formats = new Map<string, Format>();

/** The one format of a language and a time zone. Creating it takes about 1 ms, and each time of a list needs it. */
export function formatOf(language: Language, timeZone: string): Format {
  const key = `${language} ${timeZone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = createFormat(language, timeZone);
  formats.set(key, made);
  return made;
}

function took(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 60) return `${minutes} min ${pad(Math.floor(ms / 1000) % 60)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${pad(minutes % 60)} min`;
  if (hours < MOST_DAYS * 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  const months = Math.floor(ms / MONTH_MS);
  return months < 24 ? `${months} mo` : `${Math.floor(months / 12)} y ${months % 12} mo`;
}

function bytes(value: number): string {
  if (value < 1024) return `${value} B`;
  const power = Math.min(4, Math.floor(Math.log2(value) / 10));
  return `${(value / 1024 ** power).toFixed(value / 1024 ** power < 10 ? 1 : 0)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

const pad = (value: number): string => String(value).padStart(2, '0');
