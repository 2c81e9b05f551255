import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { EgressClient } from '../platform/egress/egress.client.ts';
import { ChannelHttpClient } from './channel-http.client.ts';
import { ChannelRegistry } from './channel.registry.ts';
import { ChannelSecrets } from './channel-secrets.ts';
import { ChannelsController } from './channels.controller.ts';
import { FeedChannel } from './feed/feed-channel.ts';
import { FeedStore } from './feed/feed-store.ts';
import { FileChannel } from './file/file-channel.ts';
import { GhostChannel } from './ghost/ghost-channel.ts';
import { WebhookChannel } from './webhook/webhook-channel.ts';
import { WechatChannel } from './wechat/wechat-channel.ts';
import { WordpressChannel } from './wordpress/wordpress-channel.ts';

/** The channels of this installation, and the route that lists them. */
@Module({
  imports: [DiscoveryModule],
  providers: [
    EgressClient,
    ChannelHttpClient,
    ChannelSecrets,
    FeedStore,
    FileChannel,
    FeedChannel,
    WebhookChannel,
    WordpressChannel,
    GhostChannel,
    WechatChannel,
    ChannelRegistry,
  ],
  controllers: [ChannelsController],
  exports: [ChannelRegistry, FeedStore],
})
export class ChannelsModule {}
