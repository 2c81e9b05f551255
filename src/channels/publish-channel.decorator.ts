import { DiscoveryService } from '@nestjs/core';

/** Marks a provider as the channel of this kind. The registry finds it at start, in any module. */
export const PublishChannel = DiscoveryService.createDecorator<string>();
