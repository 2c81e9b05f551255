import { cutText, storableText } from '../../core/text/storable-text.ts';
import { countWords } from '../../core/text/word-count.ts';
import type { SourceDocument, SourceSection } from '../../creators/offline/source-document.ts';
import type { SkippedTopic, TopicProposal } from './topic.ts';

/** A topic of a feed is out of date after this time. */
const NEWS_DAYS = 30;
const DAY_MS = 86_400_000;
const MAX_TITLE = 300;
/** A heading such as "Layout" names no subject. */
const LEAST_UNITS = 3;
/** A longer heading is a title of its own. With the title of the document, all headings of a long title would be similar. */
const OWN_SUBJECT = 4;

export interface Candidates {
  readonly proposals: TopicProposal[];
  readonly skipped: SkippedTopic[];
}

/** A candidate for each item of a feed and each section of another source. The titles are those of the sources. */
export function candidatesOf(documents: readonly SourceDocument[], language: 'zh' | 'en', now: Date): Candidates {
  const found: Candidates = { proposals: [], skipped: [] };
  for (const document of documents)
    for (const section of document.sections) {
      // JSON sources may have lone surrogates, which PostgreSQL does not store.
      const title = storableText(titleOf(document, section, language));
      const reason = whyNot(title, section, now);
      if (reason === null) found.proposals.push(toProposal(title, document, section));
      else found.skipped.push({ title: cutText(title, MAX_TITLE), ...reason });
    }
  return found;
}

/** An item of a feed has an address or a date of its own. */
function isItem({ location, publishedAt }: SourceSection): boolean {
  return location !== null || publishedAt !== null;
}

function titleOf(document: SourceDocument, section: SourceSection, language: 'zh' | 'en'): string {
  const heading = section.heading?.trim() ?? '';
  if (heading === '') return isItem(section) ? '' : document.title;
  if (isItem(section) || document.title === '' || countWords(heading) >= OWN_SUBJECT) return heading;
  return `${document.title}${language === 'zh' ? '：' : ': '}${heading}`;
}

/** Why a text is no title of a topic; null when it is one. */
export function titleFault(title: string): string | null {
  if (title.length <= MAX_TITLE && countWords(title) >= LEAST_UNITS) return null;
  return `A title has at least ${LEAST_UNITS} words (字 for Chinese) and at most ${MAX_TITLE} characters.`;
}

function whyNot(title: string, { publishedAt }: SourceSection, now: Date): Omit<SkippedTopic, 'title'> | null {
  const detail = titleFault(title);
  if (detail !== null) return { code: 'title_invalid', detail };
  if (publishedAt !== null && now.getTime() - Date.parse(publishedAt) > NEWS_DAYS * DAY_MS)
    return { code: 'too_old', detail: `It was published more than ${NEWS_DAYS} days ago.` };
  return null;
}

function toProposal(title: string, document: SourceDocument, section: SourceSection): TopicProposal {
  const { publishedAt, paragraphs } = section;
  const datedAt = publishedAt === null ? null : new Date(publishedAt);
  const address = section.location ?? document.location;
  return {
    title,
    sourceUrl: address !== null && /^https?:\/\//i.test(address) ? cutText(storableText(address), 2_000) : null,
    datedAt,
    expiresAt: datedAt === null ? null : new Date(datedAt.getTime() + NEWS_DAYS * DAY_MS),
    materialWords: paragraphs.reduce((sum, text) => sum + countWords(text), 0),
  };
}
