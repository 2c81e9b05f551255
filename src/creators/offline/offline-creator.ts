import { Injectable } from '@nestjs/common';
import { ContentCreator } from '../content-creator.decorator.ts';
import { CreationError } from '../creation-error.ts';
import { type CreationRequest, type CreationResult, type CreationRun, Creator, type CreatorDescription } from '../creator.ts';
import { writeDataArticle } from './data-article-form.ts';
import { writeDigest } from './digest-form.ts';
import { OFFLINE } from './offline-form.ts';
import { OFFLINE_OPTIONS, type OfflineForm, offlineOptions } from './offline-options.ts';
import { writeRoundUp } from './round-up-form.ts';
import { SourceFetcher } from './source-fetcher.ts';
import { writeWritingKit } from './writing-kit-form.ts';

/** The folders of readable sources; an empty list means no files. */
export class OfflineCreatorConfig {
  constructor(readonly sourceRoots: readonly string[]) {}
}

/** Writes without a network or a model, in one of its forms. Equal requests on equal material give equal texts. */
@Injectable()
@ContentCreator(OFFLINE)
export class OfflineCreator extends Creator {
  override readonly options = OFFLINE_OPTIONS;

  constructor(
    private readonly fetcher: SourceFetcher,
    private readonly config: OfflineCreatorConfig,
  ) {
    super();
  }

  override describe(): CreatorDescription {
    return {
      description:
        'A digest of verbatim sentences, an article of computed figures, a round-up of own contents, or a writing kit for a topic alone. No network, no model.',
      needsNetwork: false,
      asynchronous: false,
    };
  }

  override async create(given: CreationRequest, run: CreationRun): Promise<CreationResult> {
    const request = { ...given, topic: given.topic?.trim() || null };
    const access = { fetcher: this.fetcher, roots: this.config.sourceRoots, signal: run.signal };
    switch (formOf(request)) {
      case 'digest':
        return writeDigest(request, run, access);
      case 'data-article':
        return writeDataArticle(request, run, access);
      case 'round-up':
        return writeRoundUp(request, run);
      case 'writing-kit':
        return writeWritingKit(withTopic(request), run);
    }
  }
}

/** The form that the options name, else the one for which there is material. */
function formOf({ sources, options }: CreationRequest): OfflineForm {
  const hasText = sources.some(({ type }) => type !== 'data');
  const form = offlineOptions(options).form ?? (hasText ? 'digest' : sources.length > 0 ? 'data-article' : 'writing-kit');
  if (form !== 'digest' || hasText) return form;
  throw new CreationError('invalid_input', 'A digest needs a source with text: add a feed, a file, a page or notes to the account.');
}

function withTopic(request: CreationRequest): CreationRequest & { topic: string } {
  const { topic } = request;
  if (topic !== null) return { ...request, topic };
  throw new CreationError('invalid_input', 'There is neither a topic nor a source: a digest needs sources, a writing kit a topic.');
}
