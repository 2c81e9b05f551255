import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Settings } from '../../platform/config/settings.ts';
import { EgressClient } from '../../platform/egress/egress.client.ts';
import { CreatorRegistry } from '../creator.registry.ts';
import { HttpCreator } from './http-creator.ts';

export const HTTP_CREATOR = 'http';

/** Registers the creator `http` with the service of the settings. Without one it is listed as not configured. */
@Injectable()
export class HttpCreatorLoader implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly registry: CreatorRegistry,
  ) {}

  onModuleInit(): void {
    const { creatorHttpUrl: address, creatorHttpToken: token = null, creatorHttpCallbackSecret: secret, publicUrl } = this.settings;
    const price = { cost: this.settings.creatorHttpMaxTaskCost ?? null, setting: 'CREATOR_HTTP_MAX_TASK_COST' };
    if (address === undefined) {
      this.registry.register(HTTP_CREATOR, new HttpCreator(HTTP_CREATOR, new EgressClient(this.settings), null, price));
      return;
    }
    const { protocol, hostname, port } = new URL(address);
    // The operator chose this address, so it may be private; all other rules of the egress client hold.
    const egress = EgressClient.allowing(this.settings, [`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`]);
    const accepted = secret !== undefined && publicUrl !== undefined;
    const callbackUrl = accepted ? `${publicUrl.replace(/\/+$/, '')}/creator-callbacks/${HTTP_CREATOR}` : null;
    const service = { baseUrl: address.replace(/\/+$/, ''), token, callbackUrl };
    this.registry.register(HTTP_CREATOR, new HttpCreator(HTTP_CREATOR, egress, service, price));
  }
}
