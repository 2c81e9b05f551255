const DAY_MS = 86_400_000;

/** How often something is written: `perWeek` times a week, or every `everyDays` days. At most one of them is given. */
export interface Cadence {
  readonly perWeek?: number;
  readonly everyDays?: number;
}

export interface SectionCadence extends Cadence {
  readonly code: string;
}

/** Why the topic has this rank. */
export type ChoiceCode =
  /** The request named its title. */
  | 'requested'
  /** Its section is due by its cadence, and no other one is more overdue. */
  | 'section_due'
  /** No section with a topic is due: the highest score of those without a cadence. */
  | 'best_score'
  /** Only topics of sections that are ahead of their cadence were left. */
  | 'section_ahead';

export interface TopicChoice {
  readonly code: ChoiceCode;
  readonly section: string | null;
  /** Days since the section was due, with one digit; 0 for one that is due now. Null without a cadence, ahead of it, or when nothing was written yet. */
  readonly daysOverdue: number | null;
}

/** Days between two texts; null without a cadence. */
export function intervalDaysOf({ perWeek, everyDays }: Cadence): number | null {
  if (everyDays !== undefined) return everyDays;
  return perWeek === undefined ? null : 7 / perWeek;
}

/** True when both members are given, which contradict each other. */
export function hasTwoCadences({ perWeek, everyDays }: Cadence): boolean {
  return perWeek !== undefined && everyDays !== undefined;
}

interface Due {
  readonly code: string;
  readonly intervalDays: number;
  /** Null when nothing was written. */
  ageDays: number | null;
}

interface DueSection<T> extends Due {
  /** The best first. */
  readonly topics: T[];
}

/**
 * Hands out topics section by section: first of the section that is most overdue, measured in its own intervals, so that a week
 * of delay counts more for a daily section than for a monthly one. A section without a text comes before all; of several, the one
 * with the shorter interval. Then come topics without a cadence, by their rank, and last those of sections that are ahead.
 */
export class SectionQueue<T extends { readonly section: string | null }> {
  private readonly due: readonly DueSection<T>[];
  private readonly withoutCadence: T[] = [];

  /** `ranked`: the best first. `lastAt`: when a text of a section was last begun, by its code. */
  constructor(ranked: readonly T[], sections: readonly SectionCadence[], lastAt: ReadonlyMap<string, Date>, now: Date) {
    this.due = sections
      .map((section) => {
        const last = lastAt.get(section.code);
        const ageDays = last === undefined ? null : (now.getTime() - last.getTime()) / DAY_MS;
        return { code: section.code, intervalDays: intervalDaysOf(section), ageDays, topics: [] };
      })
      .filter((section): section is typeof section & { intervalDays: number } => section.intervalDays !== null);
    const byCode = new Map<string | null, T[]>(this.due.map(({ code, topics }) => [code, topics]));
    for (const topic of ranked) (byCode.get(topic.section) ?? this.withoutCadence).push(topic);
  }

  /** The next topic, which is removed from the queue; undefined when it is empty. */
  next(): { readonly topic: T; readonly choice: TopicChoice } | undefined {
    const waiting = this.due.filter(({ topics }) => topics.length > 0).toSorted(byUrgency);
    const [first] = waiting;
    if (first !== undefined && urgencyOf(first) >= 1) return this.takeOf(first, 'section_due');
    const best = this.withoutCadence.shift();
    if (best !== undefined) return { topic: best, choice: { code: 'best_score', section: best.section, daysOverdue: null } };
    return first === undefined ? undefined : this.takeOf(first, 'section_ahead');
  }

  /** The topic is written: the interval of its section begins again. */
  markWritten({ section }: T): void {
    const due = this.due.find(({ code }) => code === section);
    if (due !== undefined) due.ageDays = 0;
  }

  private takeOf(due: DueSection<T>, code: ChoiceCode): { topic: T; choice: TopicChoice } {
    const topic = due.topics.shift() as T;
    const isDue = code === 'section_due' && due.ageDays !== null;
    const daysOverdue = isDue ? Math.round(((due.ageDays ?? 0) - due.intervalDays) * 10) / 10 : null;
    return { topic, choice: { code, section: due.code, daysOverdue } };
  }
}

/** 1: due now. */
function urgencyOf({ ageDays, intervalDays }: Due): number {
  return ageDays === null ? Number.POSITIVE_INFINITY : ageDays / intervalDays;
}

function byUrgency(a: Due, b: Due): number {
  const [first, second] = [urgencyOf(a), urgencyOf(b)];
  return first === second ? a.intervalDays - b.intervalDays : second - first;
}
