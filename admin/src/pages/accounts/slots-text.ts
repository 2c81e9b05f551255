interface Slot {
  weekday: number;
  time: string;
}

export const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The times of a weekday as text: `08:00 18:30`. */
export const timesOf = (slots: readonly Slot[] | undefined, weekday: number): string =>
  (slots ?? [])
    .filter((slot) => slot.weekday === weekday)
    .map(({ time }) => time)
    .sort()
    .join(' ');

/** The slots of texts by weekday; null when one is not a time. */
export function slotsOf(textOf: (weekday: number) => string): Slot[] | null {
  const slots = WEEKDAYS.flatMap((weekday) =>
    textOf(weekday)
      .split(/[\s,，、]+/)
      .filter(Boolean)
      .map((time) => ({ weekday, time })),
  );
  return slots.every(({ time }) => TIME.test(time)) ? slots : null;
}
