import cronstrue from 'cronstrue/i18n.js';
import type { SlotsTrigger, Trigger } from './trigger.ts';
import { wallOf } from './zone.ts';

/** A schedule in words. */
export interface ScheduleWords {
  readonly en: string;
  readonly zh: string;
}

const UNITS = [
  { ms: 86_400_000, en: 'day', zh: '天' },
  { ms: 3_600_000, en: 'hour', zh: '小时' },
  { ms: 60_000, en: 'minute', zh: '分钟' },
  { ms: 1_000, en: 'second', zh: '秒' },
  { ms: 1, en: 'millisecond', zh: '毫秒' },
] as const;

export function describeTrigger(trigger: Trigger, timeZone: string): ScheduleWords {
  switch (trigger.type) {
    case 'cron': {
      const options = { use24HourTimeFormat: true, throwExceptionOnParseError: true };
      const words = (locale: string) => cronstrue.default.toString(trigger.expression, { ...options, locale });
      return { en: `${words('en')} (${timeZone})`, zh: `${words('zh_CN')}（${timeZone}）` };
    }
    case 'every': {
      const { count, unit } = amountOf(trigger.everyMs);
      return { en: count === 1 ? `Every ${unit.en}` : `Every ${count} ${unit.en}s`, zh: `每 ${count} ${unit.zh}` };
    }
    case 'slots':
      return describeSlots(trigger, timeZone);
    default: {
      const local = new Date(wallOf(new Date(trigger.at).getTime(), timeZone)).toISOString().slice(0, 19).replace('T', ' ');
      return { en: `Once, at ${local} (${timeZone})`, zh: `仅一次，${local}（${timeZone}）` };
    }
  }
}

const WEEKDAYS = [
  { en: 'Mon', zh: '周一' },
  { en: 'Tue', zh: '周二' },
  { en: 'Wed', zh: '周三' },
  { en: 'Thu', zh: '周四' },
  { en: 'Fri', zh: '周五' },
  { en: 'Sat', zh: '周六' },
  { en: 'Sun', zh: '周日' },
] as const;
/** Times of the day that are named. */
const MOST_TIMES = 5;

function describeSlots({ slots, leadMinutes }: SlotsTrigger, timeZone: string): ScheduleWords {
  if (slots.length === 0) return { en: 'Never: the account has no publishing slots', zh: '从不：账号没有发布时段' };
  const byTime = [...Map.groupBy(slots, ({ time }) => time)].toSorted(([a], [b]) => a.localeCompare(b));
  const list = (language: 'en' | 'zh', comma: string, semicolon: string): string => {
    const named = byTime.slice(0, MOST_TIMES).map(([time, at]) => {
      const weekdays = [...new Set(at.map(({ weekday }) => weekday))].toSorted((a, b) => a - b);
      return `${weekdays.map((weekday) => WEEKDAYS[weekday - 1]?.[language]).join(comma)} ${time}`;
    });
    return [...named, ...(byTime.length > MOST_TIMES ? ['…'] : [])].join(semicolon);
  };
  const { count, unit } = amountOf(leadMinutes * 60_000);
  const en = leadMinutes === 0 ? 'At' : `${count} ${unit.en}${count === 1 ? '' : 's'} before`;
  const zh = leadMinutes === 0 ? '在账号的发布时段' : `在账号的发布时段之前 ${count} ${unit.zh}`;
  return {
    en: `${en} the publishing slots of the account: ${list('en', ', ', '; ')} (${timeZone})`,
    zh: `${zh}：${list('zh', '、', '；')}（${timeZone}）`,
  };
}

function amountOf(ms: number): { count: number; unit: (typeof UNITS)[number] } {
  const unit = UNITS.find((one) => ms % one.ms === 0) ?? UNITS[4];
  return { count: ms / unit.ms, unit };
}
