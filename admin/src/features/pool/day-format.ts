import { usePreferences } from '../../app/preferences.ts';
import type { Language } from '../../i18n/format.ts';
import { isThisYear } from './days.ts';

/** Days and local times as words. They are read as UTC, so that no time zone shifts them. */
function createDayFormat(language: Language) {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const of = (options: Intl.DateTimeFormatOptions) => {
    let format: Intl.DateTimeFormat | undefined; // constructed when it is used: it takes about 1 ms
    return (day: string) =>
      (format ??= new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options })).format(new Date(day.length === 10 ? day : `${day}Z`));
  };
  const time = { weekday: 'short', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const [near, far] = [of(time), of({ year: 'numeric', ...time })];
  return {
    weekday: of({ weekday: 'short' }),
    day: of({ month: 'short', day: 'numeric' }),
    full: of({ weekday: 'long', month: 'long', day: 'numeric' }),
    dated: of({ year: 'numeric', month: 'short', day: 'numeric' }),
    month: of({ year: 'numeric', month: 'long' }),
    /** With the year, unless it is the present one. */
    moment: (local: string) => (isThisYear(local) ? near : far)(local),
  };
}

type DayFormat = ReturnType<typeof createDayFormat>;

const formats = new Map<Language, DayFormat>();

/** The one format of a language: one for each card was half of the time in which the calendar opened. */
function dayFormatOf(language: Language): DayFormat {
  const known = formats.get(language);
  if (known) return known;
  const made = createDayFormat(language);
  formats.set(language, made);
  return made;
}

export const useDayFormat = (): DayFormat => dayFormatOf(usePreferences().language);
