import type { SectionKeywords, TopicScores } from '../../core/topics/topic-score.ts';
import type { TopicOrigin, TopicStatus } from '../../core/topics/topic-states.ts';
import type { Account } from '../accounts/account.entity.ts';

/** A subject that an account may write about. */
export interface Topic extends Omit<TopicScores, 'freshness'> {
  readonly id: string;
  readonly accountId: string;
  readonly title: string;
  readonly keywords: string[];
  readonly section: string | null;
  readonly sourceUrl: string | null;
  readonly series: string | null;
  readonly number: number | null;
  readonly origin: TopicOrigin;
  readonly datedAt: Date | null;
  readonly materialWords: number | null;
  readonly status: TopicStatus;
  readonly reason: string | null;
  readonly reservedBy: string | null;
  readonly contentId: string | null;
  readonly failures: number;
  readonly expiresAt: Date | null;
  readonly usedAt: Date | null;
  readonly createdBy: string;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A topic that is not stored yet. */
export interface TopicProposal {
  readonly title: string;
  readonly keywords?: readonly string[];
  readonly section?: string | null;
  readonly sourceUrl?: string | null;
  readonly series?: string | null;
  readonly number?: number | null;
  readonly datedAt?: Date | null;
  readonly materialWords?: number | null;
  readonly expiresAt?: Date | null;
}

export type TopicSkipCode = 'title_invalid' | 'in_backlog' | 'duplicate_topic' | 'part_exists' | 'too_old';

/** Why a proposal was not stored. */
export interface SkippedTopic {
  readonly title: string;
  readonly code: TopicSkipCode;
  readonly detail: string;
}

/** The keywords of each section, and those of the sources. */
export function sectionKeywordsOf({ sections, sources }: Pick<Account, 'sections' | 'sources'>): SectionKeywords[] {
  return [
    ...sections.map(({ code, name, keywords = [] }) => ({ code, keywords: [name, ...keywords] })),
    { code: null, keywords: sources.flatMap(({ keywords = [] }) => keywords) },
  ];
}
