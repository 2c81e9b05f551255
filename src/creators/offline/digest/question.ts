import type { CreationLanguage } from '../../creator.ts';
import type { Segmenter } from '../segmenter.ts';
import { type ChangeQuestion, changeClarity, GIVES_CHANGE, readChangeQuestion } from './change-question.ts';
import { askedFacets, clarity, type Facet, givenFacets, traces } from './facets.ts';
import { isQuestion } from './discourse-links.ts';
import type { QuotableUnit } from './quotable-units.ts';
import { topicWords } from './topic-words.ts';

/** What a topic asks for, and how clearly a unit gives it. */
export class Question {
  /** In the order of the question; empty for a topic that is no question. */
  readonly asked: readonly Facet[];
  private readonly change: ChangeQuestion | null;
  /** Segmenting 5,000 units takes most of a second, and each clarity is needed three times. */
  private readonly clarities = new WeakMap<QuotableUnit, Map<Facet, number>>();
  /** What "why" asks about, as written: 亏损 of 书店为什么会亏损. Null when the topic does not ask for a reason. */
  private readonly outcome: string | null;

  constructor(
    topic: string | null,
    private readonly language: CreationLanguage,
    private readonly segmenter: Segmenter,
  ) {
    this.change = topic === null ? null : readChangeQuestion(topic, language, segmenter);
    const asked = topic === null ? [] : askedFacets(topic, language);
    this.asked = this.change === null ? asked : ['change', ...asked];
    const why = (topic ?? '').split(/[，,；;？?]/u).find((clause) => askedFacets(clause, language).includes('reason'));
    this.outcome = why === undefined ? null : (topicWords(why, segmenter).at(-1)?.written ?? null);
  }

  /** Verbs of change in the topic. They are no words that a source has to repeat. */
  isVerbOfChange(key: string): boolean {
    return this.change?.verbs.has(key) ?? false;
  }

  /** Everything that a unit gives. */
  given(unit: QuotableUnit): Facet[] {
    const known: Facet[] = givenFacets(unit.text, this.language);
    return [...known, ...this.asked.filter((facet) => !known.includes(facet) && this.clarityOf(unit, facet) >= GIVES_CHANGE)];
  }

  /** 0–1: how clearly a unit gives all that is asked for. */
  answers(unit: QuotableUnit): number {
    if (this.asked.length === 0 || isQuestion(unit.sentence)) return 0;
    const clarities = this.asked.map((facet) => this.clarityOf(unit, facet));
    return 0.75 * Math.max(...clarities) + (0.25 * clarities.reduce((sum, each) => sum + each, 0)) / this.asked.length;
  }

  /** The thing asked for that a unit gives most clearly, the first one of equals; null when it gives none. */
  clearest(unit: QuotableUnit): { facet: Facet; clarity: number } | null {
    let best: { facet: Facet; clarity: number } | null = null;
    const given = this.given(unit);
    for (const facet of this.asked) {
      const found = given.includes(facet) ? this.clarityOf(unit, facet) : 0;
      if (found > (best?.clarity ?? 0)) best = { facet, clarity: found };
    }
    return best;
  }

  /** An announcement says what its members are: 亏损来自两处。一是… */
  clarityOf(unit: QuotableUnit, facet: Facet): number {
    const known = this.clarities.get(unit) ?? new Map<Facet, number>();
    this.clarities.set(unit, known);
    const value = known.get(facet) ?? this.measure(unit, facet);
    known.set(facet, value);
    return value;
  }

  private measure({ evidence, text, before }: QuotableUnit, facet: Facet): number {
    if (facet === 'change')
      return this.change === null
        ? 0
        : changeClarity({ sentence: evidence, quoted: text, before }, this.change, this.language, this.segmenter);
    if (facet === 'reason' && this.outcome !== null && traces(text, this.outcome, this.language)) return 1;
    return clarity(evidence, facet, this.language);
  }
}
