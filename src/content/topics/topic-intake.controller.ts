import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { LargeBody } from '../../platform/http/large-body.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { readTopicLines, readTopicTable } from './read-topic-list.ts';
import { ImportTopicsBody, MAX_IMPORT, SuggestTopicsBody } from './topic-request.dto.ts';
import { SuggestionsView, TopicImportView, toSuggestionsView, toTopicView } from './topic.dto.ts';
import { TopicIntakeService } from './topic-intake.service.ts';
import { TopicSuggestionService } from './topic-suggestion.service.ts';
import { TopicService } from './topic.service.ts';

/** Reading the sources of a request ends after this time. */
const READ_MS = 20_000;
const DEFAULT_SUGGESTIONS = 10;

/** Many topics at once: lists of editors, and what the sources of an account offer. */
@ApiTags('topics')
@Controller('topics')
export class TopicIntakeController {
  constructor(
    private readonly topics: TopicService,
    private readonly intake: TopicIntakeService,
    private readonly suggestions: TopicSuggestionService,
  ) {}

  @Post('import')
  @HttpCode(200)
  @LargeBody()
  @RequirePermission('topics:edit')
  @ApiOperation({
    operationId: 'topics_import',
    summary: 'Add topics from lines, from CSV, or from the feeds of the account: the answer names each that was not added',
  })
  @ApiOkResponse({ type: TopicImportView })
  async import(@Body() body: ImportTopicsBody, @CurrentPrincipal() principal: Principal): Promise<TopicImportView> {
    const { lines, csv, feeds, dryRun = false } = body;
    const end = dryRun ? 'ROLLBACK' : 'COMMIT';
    if ([lines, csv, feeds === true || undefined].filter((one) => one !== undefined).length !== 1) throw oneOfThree();
    const account = await this.topics.accountOf(body, principal.accountIds);
    const actor = formatActor(principal);
    if (feeds === true) {
      const request = { limit: MAX_IMPORT, sourceType: 'rss', signal: AbortSignal.timeout(READ_MS) } as const;
      const { items, skipped, reasons } = await this.suggestions.suggest(account, request);
      return { created: (await this.suggestions.keep(account, items, actor, end)).map(toTopicView), skipped, reasons };
    }
    const list = csv === undefined ? readTopicLines(lines ?? []) : readTopicTable(csv);
    const { created, skipped } = await this.intake.add(account, list.proposals, { origin: 'import', actor }, end);
    return { created: created.map(toTopicView), skipped: [...list.skipped, ...skipped], reasons: [] };
  }

  @Post('suggest')
  @HttpCode(200)
  @RequirePermission('topics:edit')
  @ApiOperation({
    operationId: 'topics_suggest',
    summary: 'Find topics in the sources of an account and in its unfinished requests; none is a normal answer, with reasons',
  })
  @ApiOkResponse({ type: SuggestionsView })
  async suggest(@Body() body: SuggestTopicsBody, @CurrentPrincipal() principal: Principal): Promise<SuggestionsView> {
    const { limit = DEFAULT_SUGGESTIONS, save = false } = body;
    const account = await this.topics.accountOf(body, principal.accountIds);
    const found = await this.suggestions.suggest(account, { limit, signal: AbortSignal.timeout(READ_MS) });
    const saved = save ? await this.suggestions.keep(account, found.items, formatActor(principal)) : [];
    return toSuggestionsView(found, saved);
  }
}

function oneOfThree(): ProblemError {
  const detail = 'Send one of lines, csv and feeds.';
  return ProblemError.unprocessable('topics_required', 'Nothing to import was given.', {
    detail,
    errors: [{ pointer: '/lines', code: 'topics_required', detail }],
  });
}
