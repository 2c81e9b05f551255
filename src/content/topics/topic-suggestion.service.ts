import { Injectable } from '@nestjs/common';
import { freshnessOf, relevanceOf, sectionOf, type TopicScores, totalOf, usefulnessOf } from '../../core/topics/topic-score.ts';
import { TOPIC_STATUSES } from '../../core/topics/topic-states.ts';
import { CreationError } from '../../creators/creation-error.ts';
import type { Source } from '../../creators/creator.ts';
import { SourceReader } from '../../creators/offline/source-reader.ts';
import { executorOf, Pools, type SqlExecutor, type TransactionEnd } from '../../platform/database/pools.ts';
import type { Account } from '../accounts/account.entity.ts';
import { candidatesOf } from './topic-candidates.ts';
import { TopicIntakeService } from './topic-intake.service.ts';
import { type SkippedTopic, sectionKeywordsOf, type Topic, type TopicProposal } from './topic.ts';
import { SELECT_UNFINISHED_TOPICS } from './topic.sql.ts';

export type SuggestionReason = 'no_sources' | 'sources_unreadable' | 'nothing_new';

/** A candidate, with its scores. */
export interface Suggestion extends TopicProposal {
  readonly origin: 'source' | 'history';
  readonly section: string | null;
  readonly scores: TopicScores & { readonly total: number };
}

export interface Suggestions {
  readonly items: Suggestion[];
  readonly skipped: SkippedTopic[];
  /** Why there are none, or fewer than requested. */
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
    const titles = scored.map(({ title }) => title);
    const filter = await this.intake.filterOf(account.id, titles, { sql: this.sql, statuses: TOPIC_STATUSES });
    const skipped = read.skipped;
    const items = scored.filter(({ title }) => {
      const reason = filter.accept(title);
      if (reason !== null) skipped.push(reason);
      return reason === null;
    });
    if (items.length < limit && skipped.length > 0)
      reasons.push({ code: 'nothing_new', detail: `${skipped.length} candidates are known already, too old, or no subject.` });
    return { items: items.slice(0, limit), skipped, reasons };
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

function score(account: Account, proposal: TopicProposal, origin: Suggestion['origin'], now: Date): Suggestion {
  const topic = { title: proposal.title, keywords: proposal.keywords ?? [], materialWords: proposal.materialWords ?? null };
  const sections = sectionKeywordsOf(account);
  const scores: TopicScores = {
    freshness: freshnessOf(proposal.datedAt ?? null, now),
    relevance: relevanceOf(topic, sections),
    usefulness: usefulnessOf(topic),
  };
  return { ...proposal, origin, section: proposal.section ?? sectionOf(topic, sections), scores: { ...scores, total: totalOf(scores) } };
}
