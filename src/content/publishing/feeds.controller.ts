import { createHash } from 'node:crypto';
import { Controller, Get, Header, Headers, Param, Req, Res, type StreamableFile } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FeedChannelConfig } from '../../channels/feed/feed-channel.ts';
import { type FeedFormat, renderFeed } from '../../channels/feed/render-feed.ts';
import { FeedStore, type FeedVersion } from '../../channels/feed/feed-store.ts';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { Settings } from '../../platform/config/settings.ts';
import { type Conditions, isNotModified } from '../../platform/http/etag.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { publicOrigin } from '../../platform/http/public-origin.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import type { Account } from '../accounts/account.entity.ts';
import { AccountService } from '../accounts/account.service.ts';
import { AttachmentStore } from '../attachments/attachment.store.ts';
import { asDownload, FileRoute, isCopyCurrent } from '../attachments/file-download.ts';
import { type AccountChannel, AccountChannelService } from './account-channel.service.ts';

const MEDIA_TYPES: Readonly<Record<FeedFormat, string>> = {
  rss: 'application/rss+xml',
  atom: 'application/atom+xml',
  json: 'application/feed+json',
};
/** Changes when a feed is rendered differently from the same entries, so that copies of readers are not current any more. */
const RENDERING = 2;

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
    private readonly files: AttachmentStore,
    private readonly settings: Settings,
  ) {}

  @Get('rss.xml')
  @FeedRoute('rss', 'feeds_getRss', 'What an account published through its channel "feed", as RSS 2.0')
  rss(
    @Param('accountId') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('if-modified-since') ifModifiedSince: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer('rss', id, { ifNoneMatch, ifModifiedSince, request }, reply);
  }

  @Get('atom.xml')
  @FeedRoute('atom', 'feeds_getAtom', 'The same as Atom')
  atom(
    @Param('accountId') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('if-modified-since') ifModifiedSince: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer('atom', id, { ifNoneMatch, ifModifiedSince, request }, reply);
  }

  @Get('feed.json')
  @FeedRoute('json', 'feeds_getJson', 'The same as JSON Feed')
  json(
    @Param('accountId') id: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Headers('if-modified-since') ifModifiedSince: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | undefined> {
    return this.answer('json', id, { ifNoneMatch, ifModifiedSince, request }, reply);
  }

  /** Other sites may show it, as they show the feed. */
  @Get('files/:contentId/:name')
  @Public()
  @ApiOperation({ operationId: 'feeds_getFile', summary: 'An image or an attachment of a content that is in the feed' })
  @FileRoute()
  @Header('cross-origin-resource-policy', 'cross-origin')
  async file(
    @Param('accountId') accountId: string,
    @Param('contentId') contentId: string,
    @Param('name') name: string,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile | undefined> {
    const { account } = await this.feedOf(accountId);
    const entry = isUuid(contentId) ? await this.store.find(account.id, contentId) : undefined;
    const { images = [], attachments = [] } = entry?.package ?? {};
    const file = [...images, ...attachments].find((one) => one.name === name);
    if (file === undefined) throw ProblemError.notFound('file_not_found', 'The feed has no such file.');
    if (isCopyCurrent(reply, ifNoneMatch, file.sha256)) return undefined;
    return asDownload(file, await this.files.read(file.sha256));
  }

  private async feedOf(id: string): Promise<{ account: Account; channel: AccountChannel }> {
    const account = await this.accounts.get(id);
    const channel = (await this.channels.list(account.id)).find(({ kind, enabled }) => kind === 'feed' && enabled);
    if (channel) return { account, channel };
    throw ProblemError.notFound('no_feed', 'The account has no feed.', { detail: 'Add a channel of the kind "feed" to the account.' });
  }

  /** The texts are read and rendered only when the copy of the reader is not current. */
  private async answer(
    format: FeedFormat,
    id: string,
    { request, ...conditions }: Conditions & { request: FastifyRequest },
    reply: FastifyReply,
  ): Promise<string | undefined> {
    const { account, channel } = await this.feedOf(id);
    const origin = publicOrigin(this.settings, request);
    const versions = await this.store.versions(account.id);
    const lastModified = latest([account.updatedAt, channel.updatedAt, ...versions.map(({ updatedAt }) => updatedAt)]);
    if (isNotModified(reply, conditions, etagOfFeed(format, origin, account, channel, versions), { lastModified })) return undefined;
    const config = channel.config as FeedChannelConfig;
    const filesUrl = origin === '' ? undefined : `${origin}/feeds/${account.id}/files`; // readers need the whole address
    const options = { ...config, accountId: account.id, language: account.language, filesUrl };
    void reply.header('content-type', `${MEDIA_TYPES[format]}; charset=utf-8`);
    return renderFeed(format, options, await this.store.list(account.id));
  }
}

/** Of everything that the text of the feed depends on. */
function etagOfFeed(
  format: FeedFormat,
  origin: string,
  { language }: Account,
  { id, version }: AccountChannel,
  versions: readonly FeedVersion[],
): string {
  const facts = JSON.stringify([RENDERING, format, origin, language, id, version, versions]);
  return `"${createHash('sha256').update(facts).digest('hex').slice(0, 32)}"`;
}

function latest(times: readonly Date[]): Date {
  return new Date(Math.max(...times.map((time) => time.getTime())));
}
