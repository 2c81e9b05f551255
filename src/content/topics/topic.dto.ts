import { ApiProperty } from '@nestjs/swagger';
import { parseActor } from '../../core/actor/actor.ts';
import type { ChoiceCode, TopicChoice } from '../../core/topics/cadence.ts';
import { freshnessOf, totalOf } from '../../core/topics/topic-score.ts';
import { TOPIC_ORIGINS, TOPIC_STATUSES, type TopicOrigin, type TopicStatus } from '../../core/topics/topic-states.ts';
import { ActorView } from '../../platform/http/actor.view.ts';
import type { Suggestion, SuggestionReason, Suggestions } from './topic-suggestion.service.ts';
import type { SkippedTopic, Topic, TopicSkipCode } from './topic.ts';

const NULLABLE_TEXT = { type: 'string', nullable: true } as const;
const NULLABLE_ID = { type: 'string', format: 'uuid', nullable: true } as const;
const NULLABLE_TIME = { type: 'string', format: 'date-time', nullable: true } as const;
const PERCENT = { type: 'integer', minimum: 0, maximum: 100 } as const;

export class TopicScoresView {
  @ApiProperty({ ...PERCENT, description: 'Halves in 7 days from the date of the source; 50 for a topic without a date.' })
  freshness: number;
  @ApiProperty({ ...PERCENT, description: 'From the keywords of the sections and sources of the account that the topic names.' })
  relevance: number;
  @ApiProperty({ ...PERCENT, description: 'From the amount of material and the form of the title.' })
  usefulness: number;
  @ApiProperty({ ...PERCENT, description: 'The weighted mean, by which topics are picked.' })
  total: number;
}

export class TopicView {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty()
  title: string;
  @ApiProperty({ type: [String] })
  keywords: string[];
  @ApiProperty({ ...NULLABLE_TEXT, description: 'Code of a section of the account.' })
  section: string | null;
  @ApiProperty(NULLABLE_TEXT)
  sourceUrl: string | null;
  @ApiProperty(NULLABLE_TEXT)
  series: string | null;
  @ApiProperty({ type: 'integer', nullable: true })
  number: number | null;
  @ApiProperty({ enum: TOPIC_ORIGINS })
  origin: TopicOrigin;
  @ApiProperty({ type: TopicScoresView })
  scores: TopicScoresView;
  @ApiProperty({ enum: TOPIC_STATUSES })
  status: TopicStatus;
  @ApiProperty({ ...NULLABLE_TEXT, description: 'Why it was rejected.' })
  reason: string | null;
  @ApiProperty({ ...NULLABLE_ID, description: 'The last content task that writes or wrote it.' })
  reservedBy: string | null;
  @ApiProperty(NULLABLE_ID)
  contentId: string | null;
  @ApiProperty({ type: 'integer', description: 'Content tasks that failed; at 3 it is rejected.' })
  failures: number;
  @ApiProperty({ ...NULLABLE_TIME, description: 'When its source was published.' })
  datedAt: Date | null;
  @ApiProperty(NULLABLE_TIME)
  expiresAt: Date | null;
  @ApiProperty(NULLABLE_TIME)
  usedAt: Date | null;
  @ApiProperty({ type: ActorView })
  createdBy: ActorView;
  @ApiProperty({ type: 'integer', description: 'The ETag.' })
  version: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class TopicPage {
  @ApiProperty({ type: [TopicView] })
  items: TopicView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

const SKIP_CODES: readonly TopicSkipCode[] = ['title_invalid', 'in_backlog', 'duplicate_topic', 'part_exists', 'too_old'];

export class SkippedTopicView implements SkippedTopic {
  @ApiProperty()
  title: string;
  @ApiProperty({ enum: SKIP_CODES })
  code: TopicSkipCode;
  @ApiProperty()
  detail: string;
}

const REASONS: readonly SuggestionReason[] = [
  'no_sources',
  'sources_unreadable',
  'nothing_new',
  'title_model_not_configured',
  'title_model_failed',
  'titles_unusable',
];

export class SuggestionReasonView {
  @ApiProperty({ enum: REASONS })
  code: SuggestionReason;
  @ApiProperty()
  detail: string;
}

export class TopicImportView {
  @ApiProperty({ type: [TopicView] })
  created: TopicView[];
  @ApiProperty({ type: [SkippedTopicView] })
  skipped: SkippedTopicView[];
  @ApiProperty({ type: [SuggestionReasonView], description: 'Of an import of feeds: what could not be read.' })
  reasons: SuggestionReasonView[];
}

const CHOICE_CODES: readonly ChoiceCode[] = ['requested', 'section_due', 'best_score', 'section_ahead'];

class TopicChoiceView implements TopicChoice {
  @ApiProperty({ enum: CHOICE_CODES })
  code: ChoiceCode;
  @ApiProperty(NULLABLE_TEXT)
  section: string | null;
  @ApiProperty({
    type: 'number',
    nullable: true,
    description:
      'Days since the section was due, with one digit; 0 for one that is due now. Null without a cadence, ahead of it, or when nothing was written yet.',
  })
  daysOverdue: number | null;
}

export class SuggestionView {
  @ApiProperty()
  title: string;
  @ApiProperty({ ...NULLABLE_TEXT, description: 'The title of its source, where the model of the account worded the title.' })
  sourceTitle: string | null;
  @ApiProperty({ type: [String] })
  keywords: string[];
  @ApiProperty(NULLABLE_TEXT)
  section: string | null;
  @ApiProperty(NULLABLE_TEXT)
  sourceUrl: string | null;
  @ApiProperty({ enum: ['source', 'history'] })
  origin: 'source' | 'history';
  @ApiProperty(NULLABLE_TIME)
  datedAt: Date | null;
  @ApiProperty({ type: TopicScoresView })
  scores: TopicScoresView;
  @ApiProperty({ type: TopicChoiceView, description: 'Why the topic has this rank.' })
  choice: TopicChoice;
}

export class SuggestionsView {
  @ApiProperty({
    type: [SuggestionView],
    description: 'First those of sections that are due by their cadence, the most overdue first; then the best first.',
  })
  items: SuggestionView[];
  @ApiProperty({ type: [SkippedTopicView] })
  skipped: SkippedTopicView[];
  @ApiProperty({
    type: [SuggestionReasonView],
    description: 'Why there are none, or fewer than requested; and why titles are those of the sources.',
  })
  reasons: SuggestionReasonView[];
  @ApiProperty({ type: [TopicView], description: 'What was added to the backlog.' })
  saved: TopicView[];
}

/** Of candidates that were not suggested. */
const MAX_SKIPPED = 100;

export function toTopicView(topic: Topic): TopicView {
  const { relevance, usefulness, materialWords: _words, createdBy, ...fields } = topic;
  const scores = { freshness: freshnessOf(topic.datedAt, new Date()), relevance, usefulness };
  return { ...fields, scores: { ...scores, total: totalOf(scores) }, createdBy: parseActor(createdBy) };
}

export function toSuggestionsView({ items, skipped, reasons }: Suggestions, saved: readonly Topic[]): SuggestionsView {
  return { items: items.map(toSuggestionView), skipped: skipped.slice(0, MAX_SKIPPED), reasons, saved: saved.map(toTopicView) };
}

function toSuggestionView({
  title,
  sourceTitle,
  keywords = [],
  section,
  sourceUrl = null,
  origin,
  datedAt = null,
  ...rest
}: Suggestion): SuggestionView {
  return { title, sourceTitle, keywords: [...keywords], section, sourceUrl, origin, datedAt, scores: rest.scores, choice: rest.choice };
}
