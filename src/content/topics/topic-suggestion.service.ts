import { Injectable } from '@nestjs/common';
import { SectionQueue, type TopicChoice } from '../../core/topics/cadence.ts';
import { freshnessOf, relevanceOf, sectionOf, type TopicScores, totalOf, usefulnessOf } from '../../core/topics/topic-score.ts';
import { TOPIC_STATUSES } from '../../core/topics/topic-states.ts';
import { CreationError } from '../../creators/creation-error.ts';
import type { Source } from '../../creators/creator.ts';
import { SourceReader } from '../../creators/offline/source-reader.ts';
import { executorOf, Pools, type SqlExecutor, type TransactionEnd } from '../../platform/database/pools.ts';
import type { Account } from '../accounts/account.entity.ts';
import { lastTimesOf } from './section-times.ts';
import { candidatesOf } from './topic-candidates.ts';
import { type TitleReason, TopicTitleService } from './topic-title.service.ts';
import { TopicIntakeService } from './topic-intake.service.ts';
import { type SkippedTopic, sectionKeywordsOf, type Topic, type TopicProposal } from './topic.ts';
import { SELECT_UNFINISHED_TOPICS } from './topic.sql.ts';

export type SuggestionReason = 'no_sources' | 'sources_unreadable' | 'nothing_new' | TitleReason;

/** A candidate, with its scores. */
export interface Suggestion extends TopicProposal {
  readonly origin: 'source' | 'history';
  readonly section: string | null;
  /** The title of its source, where a model worded the title. */
  readonly sourceTitle: string | null;
  readonly scores: TopicScores & { readonly total: number };
  /** Why the topic has this rank. */
  readonly choice: TopicChoice;
}

type Candidate = Omit<Suggestion, 'choice'>;

/** What decides which section is next. */
interface SectionState {
  readonly sections: Account['sections'];
  readonly lastTimes: ReadonlyMap<string, Date>;
  readonly now: Date;
}

export interface Suggestions {
  readonly items: Suggestion[];
  readonly skipped: SkippedTopic[];
  /** Why there are none, or fewer than requested; and why titles are not those of the model. */
  readonly reasons: { readonly code: SuggestionReason; readonly detail: string }[];
}

export interface SuggestionRequest {
  readonly limit: number;
  /** Only items of the account's sources of this type. */
  readonly sourceType?: Source['type'];
  readonly signal: AbortSignal;
}

/** Finds topics in the sources of an account and in its requests that ended without a content. */
@Injectable()
export class TopicSuggestionService {
  private readonly sql: SqlExecutor;

  constructor(
    pools: Pools,
    private readonly sources: SourceReader,
    private readonly intake: TopicIntakeService,
    private readonly titles: TopicTitleService,
  ) {
    this.sql = executorOf(pools.api);
  }

  /** The best candidates that are about nothing in the backlog, whatever became of it, and about no recent content. */
  async suggest(account: Account, { limit, sourceType, signal }: SuggestionRequest): Promise<Suggestions> {
    const now = new Date();
    const reasons: Suggestions['reasons'] = [];
    const sources = account.sources.filter(({ type }) => type !== 'data' && (sourceType === undefined || type === sourceType));
    const read = await this.read(sources, account, { now, signal, reasons });
    const history = sourceType === undefined ? await this.sql.query<TopicProposal>(SELECT_UNFINISHED_TOPICS, [account.id]) : [];
    const scored = [
      ...history.map((proposal) => score(account, proposal, 'history', now)),
      ...read.proposals.map((proposal) => score(account, proposal, 'source', now)),
    ].toSorted((a, b) => b.scores.total - a.scores.total);
    const lastTimes = await lastTimesOf([{ accountId: account.id, sections: account.sections }], this.sql);
    const state = { sections: account.sections, lastTimes: lastTimes.get(account.id) ?? new Map<string, Date>(), now };
    const known = await this.withoutKnown(account, scored, state);
    const skipped = [...read.skipped, ...known.skipped];
    // The feeds of an import keep their titles: a thousand of them at once are not worded.
    const chosen = known.items.slice(0, limit);
    const worded =
      sourceType === undefined ? await this.rewriteTitles(account, chosen, state, signal) : { items: chosen, skipped: [], reasons: [] };
    skipped.push(...worded.skipped);
    if (worded.items.length < limit && skipped.length > 0)
      reasons.push({ code: 'nothing_new', detail: `${skipped.length} candidates are known already, too old, or no subject.` });
    return { items: worded.items, skipped, reasons: [...reasons, ...worded.reasons] };
  }

  /** A candidate is known by the title of its source, and by each wording of it. */
  private async withoutKnown(
    account: Account,
    scored: readonly Candidate[],
    state: SectionState,
  ): Promise<Pick<Suggestions, 'items' | 'skipped'>> {
    const titles = scored.map(({ title }) => title);
    const wordings = Map.groupBy(await this.titles.wordings(account.id, titles), ({ sourceTitle }) => sourceTitle);
    const wordingsOf = (title: string): string[] => (wordings.get(title) ?? []).map((wording) => wording.title);
    const compared = [...titles, ...titles.flatMap(wordingsOf)];
    const filter = await this.intake.filterOf(account.id, compared, { sql: this.sql, statuses: TOPIC_STATUSES });
    const skipped: SkippedTopic[] = [];
    const items = orderBySection(scored, state, ({ title, origin }) => {
      const worded = origin === 'source' ? wordingsOf(title).map((wording) => filter.find(wording)) : [];
      const reason = worded.find((found) => found !== null) ?? filter.accept(title);
      if (reason !== null) skipped.push({ ...reason, title });
      return reason === null;
    });
    return { items, skipped };
  }

  /** Titles of sources as the model of the account words them. A wording that is about something known is not used. */
  private async rewriteTitles(
    account: Account,
    chosen: readonly Suggestion[],
    state: SectionState,
    signal: AbortSignal,
  ): Promise<Suggestions> {
    const candidates = chosen.filter(({ origin }) => origin === 'source');
    const { titles, reasons } = await this.titles.propose(account, candidates, signal);
    if (titles.size === 0) return { items: [...chosen], skipped: [], reasons };
    const compared = [...chosen.map(({ title }) => title), ...titles.values()];
    const filter = await this.intake.filterOf(account.id, compared, { sql: this.sql, statuses: TOPIC_STATUSES });
    const skipped: SkippedTopic[] = [];
    const worded = chosen.flatMap((suggestion): Candidate[] => {
      const { title, origin, section } = suggestion;
      const wording = origin === 'source' ? titles.get(title) : undefined;
      if (wording !== undefined && filter.accept(wording) === null)
        return [{ ...score(account, { ...suggestion, title: wording, section }, origin, state.now), sourceTitle: title }];
      const reason = filter.accept(title);
      if (reason !== null) skipped.push(reason);
      return reason === null ? [suggestion] : [];
    });
    const items = orderBySection(
      worded.toSorted((a, b) => b.scores.total - a.scores.total),
      state,
      () => true,
    );
    return { items, skipped, reasons };
  }

  /** Adds suggestions to the backlog. */
  async keep(account: Account, suggestions: readonly Suggestion[], actor: string, end?: TransactionEnd): Promise<Topic[]> {
    const created: Topic[] = [];
    for (const origin of ['source', 'history'] as const) {
      const chosen = suggestions.filter((suggestion) => suggestion.origin === origin);
      if (chosen.length > 0) created.push(...(await this.intake.add(account, chosen, { origin, actor }, end)).created);
    }
    return created;
  }

  private async read(
    sources: readonly Source[],
    account: Account,
    { now, signal, reasons }: { now: Date; signal: AbortSignal; reasons: Suggestions['reasons'] },
  ): Promise<ReturnType<typeof candidatesOf>> {
    if (sources.length === 0) {
      reasons.push({ code: 'no_sources', detail: 'The account has no source that topics can be found in.' });
      return { proposals: [], skipped: [] };
    }
    try {
      const { documents, unread } = await this.sources.read(sources, signal);
      for (const { detail } of unread) reasons.push({ code: 'sources_unreadable', detail });
      return candidatesOf(documents, account.language, now);
    } catch (error) {
      if (!(error instanceof CreationError)) throw error;
      reasons.push({ code: 'sources_unreadable', detail: error.message });
      return { proposals: [], skipped: [] };
    }
  }
}

function score(account: Account, proposal: TopicProposal, origin: Suggestion['origin'], now: Date): Candidate {
  const topic = { title: proposal.title, keywords: proposal.keywords ?? [], materialWords: proposal.materialWords ?? null };
  const sections = sectionKeywordsOf(account);
  const scores: TopicScores = {
    freshness: freshnessOf(proposal.datedAt ?? null, now),
    relevance: relevanceOf(topic, sections),
    usefulness: usefulnessOf(topic),
  };
  const section = proposal.section ?? sectionOf(topic, sections);
  return { ...proposal, origin, section, sourceTitle: null, scores: { ...scores, total: totalOf(scores) } };
}

/** The candidates that are accepted, those of the most overdue section first. */
function orderBySection(
  candidates: readonly Candidate[],
  { sections, lastTimes, now }: SectionState,
  accepts: (candidate: Candidate) => boolean,
): Suggestion[] {
  const queue = new SectionQueue(candidates, sections, lastTimes, now);
  const items: Suggestion[] = [];
  for (let next = queue.next(); next !== undefined; next = queue.next()) {
    if (!accepts(next.topic)) continue;
    queue.markWritten(next.topic);
    items.push({ ...next.topic, choice: next.choice });
  }
  return items;
}
