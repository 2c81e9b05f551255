import { DiscoveryService } from '@nestjs/core';

/** Marks a provider as a creator with this name. The registry finds it at start, in any module. */
export const ContentCreator = DiscoveryService.createDecorator<string>();
