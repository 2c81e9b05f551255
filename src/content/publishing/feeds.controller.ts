import { Controller, Get, Header, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { renderFeeds, type RenderedFeeds } from '../../channels/feed/render-feeds.ts';
import { FeedStore } from '../../channels/feed/feed-store.ts';
import { Public } from '../../platform/auth/permission.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { AccountService } from '../accounts/account.service.ts';
import { AccountChannelService } from './account-channel.service.ts';

interface FeedConfig {
  readonly title: string;
  readonly description?: string;
  readonly siteUrl: string;
  readonly itemUrl?: string;
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
  @Public()
  @ApiOperation({ operationId: 'feeds_getRss', summary: 'What an account published through its channel "feed", as RSS 2.0' })
  @ApiProduces('application/rss+xml')
  @ApiOkResponse({ description: 'The feed, newest first, at most 50 entries.', schema: { type: 'string' } })
  @Header('content-type', 'application/rss+xml; charset=utf-8')
  async rss(@Param('accountId') id: string): Promise<string> {
    return (await this.render(id)).rss;
  }

  @Get('atom.xml')
  @Public()
  @ApiOperation({ operationId: 'feeds_getAtom', summary: 'The same as Atom' })
  @ApiProduces('application/atom+xml')
  @ApiOkResponse({ description: 'The feed, newest first, at most 50 entries.', schema: { type: 'string' } })
  @Header('content-type', 'application/atom+xml; charset=utf-8')
  async atom(@Param('accountId') id: string): Promise<string> {
    return (await this.render(id)).atom;
  }

  @Get('feed.json')
  @Public()
  @ApiOperation({ operationId: 'feeds_getJson', summary: 'The same as JSON Feed' })
  @ApiProduces('application/feed+json')
  @ApiOkResponse({ description: 'The feed, newest first, at most 50 entries.', schema: { type: 'object', additionalProperties: true } })
  @Header('content-type', 'application/feed+json; charset=utf-8')
  async json(@Param('accountId') id: string): Promise<string> {
    return (await this.render(id)).json;
  }

  private async render(id: string): Promise<RenderedFeeds> {
    const account = await this.accounts.get(id);
    const channel = (await this.channels.list(account.id)).find(({ kind, enabled }) => kind === 'feed' && enabled);
    if (!channel)
      throw ProblemError.notFound('no_feed', 'The account has no feed.', { detail: 'Add a channel of the kind "feed" to the account.' });
    const config = channel.config as unknown as FeedConfig;
    return renderFeeds({ ...config, accountId: account.id, language: account.language }, await this.store.list(account.id));
  }
}
