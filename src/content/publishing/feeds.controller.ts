import { createHash } from 'node:crypto';
import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { FeedChannelConfig } from '../../channels/feed/feed-channel.ts';
import { type FeedFormat, renderFeed } from '../../channels/feed/render-feed.ts';
import { FeedStore, type FeedVersion } from '../../channels/feed/feed-store.ts';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { type Conditions, isNotModified } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { Account } from '../accounts/account.entity.ts';
import { AccountService } from '../accounts/account.service.ts';
import { type AccountChannel, AccountChannelService } from './account-channel.service.ts';

const MEDIA_TYPES: Readonly<Record<FeedFormat, string>> = {
  rss: 'application/rss+xml',
  atom: 'application/atom+xml',
  json: 'application/feed+json',
};
/** Changes when a feed is rendered differently from the same entries, so that copies of readers are not current any more. */
const RENDERING = 1;

/** The routes of one feed: readers ask every few minutes, and are answered 304 while nothing has changed. */
function FeedRoute(format: FeedFormat, operationId: string, summary: string): MethodDecorator {
  const description = 'The feed, newest first, at most 50 entries.';
  const schema = format === 'json' ? { type: 'object', additionalProperties: true } : { type: 'string' };
  const validators = {
    ETag: { description: 'Send it as If-None-Match with the next request.', required: true, schema: { type: 'string' } },
    'Last-Modified': { description: 'Absent in the second of the change.', schema: { type: 'string' } },
  } as const;
  const decorators = [
    Public(),
    ApiOperation({ operationId, summary }),
    ApiProduces(MEDIA_TYPES[format]),
    ApiHeader({ name: 'If-None-Match', required: false, description: 'The ETag of the copy of the reader.' }),
    ApiHeader({ name: 'If-Modified-Since', required: false, description: 'Its Last-Modified; for readers that store no ETag.' }),
    ApiOkResponse({ description, schema, headers: validators }),
    ApiResponse({ status: 304, description: 'The copy of the reader is current.', headers: validators }),
  ];
  return (target, name, descriptor) => {
    for (const decorate of decorators) decorate(target, name, descriptor as TypedPropertyDescriptor<unknown>);
  };
}

/** The feeds of accounts that publish through the channel `feed`. Feed readers send no key. */
@ApiTags('publishing')
@Controller('feeds/:accountId')
export class FeedsController {
  constructor(
    private readonly accounts: AccountService,
    private readonly channels: AccountChannelService,
    private readonly store: FeedStore,
  ) {}

  @Get('rss.xml')
  @FeedRoute('rss', 'feeds_getRss', 'What an account published through its channel "feed", as RSS 2.0')
  rss(
    @Param('accountId') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('if-modified-since') ifModifiedSince: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer('rss', id, { ifNoneMatch, ifModifiedSince }, reply);
  }

  @Get('atom.xml')
  @FeedRoute('atom', 'feeds_getAtom', 'The same as Atom')
  atom(
    @Param('accountId') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('if-modified-since') ifModifiedSince: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer('atom', id, { ifNoneMatch, ifModifiedSince }, reply);
  }

  @Get('feed.json')
  @FeedRoute('json', 'feeds_getJson', 'The same as JSON Feed')
  json(
    @Param('accountId') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('if-modified-since') ifModifiedSince: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer('json', id, { ifNoneMatch, ifModifiedSince }, reply);
  }

  /** The texts are read and rendered only when the copy of the reader is not current. */
  private async answer(format: FeedFormat, id: string, conditions: Conditions, reply: FastifyReply): Promise<string | undefined> {
    const account = await this.accounts.get(id);
    const channel = (await this.channels.list(account.id)).find(({ kind, enabled }) => kind === 'feed' && enabled);
    if (!channel)
      throw ProblemError.notFound('no_feed', 'The account has no feed.', { detail: 'Add a channel of the kind "feed" to the account.' });
    const versions = await this.store.versions(account.id);
    const lastModified = latest([account.updatedAt, channel.updatedAt, ...versions.map(({ updatedAt }) => updatedAt)]);
    if (isNotModified(reply, conditions, etagOfFeed(format, account, channel, versions), { lastModified })) return undefined;
    const config = channel.config as FeedChannelConfig;
    const options = { ...config, accountId: account.id, language: account.language };
    void reply.header('content-type', `${MEDIA_TYPES[format]}; charset=utf-8`);
    return renderFeed(format, options, await this.store.list(account.id));
  }
}

/** Of everything that the text of the feed depends on. */
function etagOfFeed(format: FeedFormat, { language }: Account, { id, version }: AccountChannel, versions: readonly FeedVersion[]): string {
  const facts = JSON.stringify([RENDERING, format, language, id, version, versions]);
  return `"${createHash('sha256').update(facts).digest('hex').slice(0, 32)}"`;
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}
