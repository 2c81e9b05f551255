import { useMemo } from 'react';
import { usePreferences } from '../../app/preferences.ts';
import { isThisYear } from './days.ts';

/** Days and local times as words. They are read as UTC, so that no time zone shifts them. */
export function useDayFormat() {
  const { language } = usePreferences();
  return useMemo(() => {
    const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
    const of = (options: Intl.DateTimeFormatOptions) => {
      const format = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
      return (day: string) => format.format(new Date(day.length === 10 ? day : `${day}Z`));
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
  }, [language]);
}
