import { Injectable } from '@nestjs/common';
import { countWords } from '../../../core/text/word-count.ts';
import { CreationError } from '../../../creators/creation-error.ts';
import type { Source } from '../../../creators/creator.ts';
import type { SourceDocument } from '../../../creators/offline/source-document.ts';
import { SourcePolicy } from '../../../creators/offline/source-policy.ts';
import { type CheckedSource, SourceReader } from '../../../creators/offline/source-reader.ts';
import type { SourceCheckView, SourceProblemView } from './source-check.dto.ts';

const READ_MS = 20_000;
const SAMPLES = 5;
const SAMPLE_LENGTH = 200;

/** Reads a source as a creator would, and says what it got. */
@Injectable()
export class SourceCheckService {
  constructor(
    private readonly policy: SourcePolicy,
    private readonly reader: SourceReader,
  ) {}

  async check(source: Source): Promise<SourceCheckView> {
    const [unusable] = await this.policy.findUnusable([source]);
    if (unusable) return rejected({ code: unusable.code, detail: `${unusable.member} ${unusable.detail}` });
    const timeout = AbortSignal.timeout(READ_MS);
    try {
      return viewOf(await this.reader.check(source, timeout));
    } catch (error) {
      if (timeout.aborted) return rejected({ code: 'transient', detail: `It did not answer within ${READ_MS / 1_000} s.` });
      if (error instanceof CreationError) return rejected({ code: error.code, detail: error.message });
      throw error;
    }
  }
}

function viewOf({ documents, warnings }: CheckedSource): SourceCheckView {
  const items = documents.flatMap(sectionsOf);
  const newest = items.map(({ publishedAt }) => publishedAt ?? '').reduce((a, b) => (b > a ? b : a), '');
  const samples = items.slice(0, SAMPLES).map(({ heading, location, publishedAt, paragraphs }) => ({
    title: heading,
    url: location !== null && /^https?:/i.test(location) ? location : null,
    publishedAt,
    text: paragraphs.join(' ').slice(0, SAMPLE_LENGTH).toWellFormed(),
  }));
  const words = items.reduce((sum, { paragraphs }) => sum + paragraphs.reduce((count, text) => count + countWords(text), 0), 0);
  return { usable: true, items: items.length, words, newestAt: newest || null, samples, warnings, problem: null };
}

/** Those with something to read. A part without a heading, an address and a date of its own has those of its document. */
function sectionsOf({ title, location, publishedAt, sections }: SourceDocument): SourceDocument['sections'] {
  return sections
    .filter(({ heading, paragraphs }) => heading !== null || paragraphs.length > 0)
    .map((section) => ({
      heading: section.heading ?? title,
      location: section.location ?? location,
      publishedAt: section.publishedAt ?? publishedAt,
      paragraphs: section.paragraphs,
    }));
}

function rejected(problem: SourceProblemView): SourceCheckView {
  return { usable: false, items: 0, words: 0, newestAt: null, samples: [], warnings: [], problem };
}
