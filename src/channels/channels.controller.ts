import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../platform/auth/permission.decorator.ts';
import type { ChannelMode } from './channel.ts';
import { ChannelRegistry, type ListedChannel } from './channel.registry.ts';

class ChannelView implements ListedChannel {
  @ApiProperty({ example: 'file' })
  kind: string;
  @ApiProperty()
  description: string;
  @ApiProperty()
  needsNetwork: boolean;
  @ApiProperty({ enum: ['draft', 'publish'], isArray: true, description: 'draft leaves the last step to a person at the channel.' })
  modes: ChannelMode[];
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'JSON schema of the configuration. Members that end in Variable name an environment variable with a secret.',
  })
  configSchema: Record<string, unknown>;
}

class ChannelList {
  @ApiProperty({ type: [ChannelView] })
  items: ChannelView[];
}

@ApiTags('accounts')
@Controller('channels')
export class ChannelsController {
  constructor(private readonly channels: ChannelRegistry) {}

  @Get()
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'channels_list', summary: 'The kinds of channels of this installation, and how each is configured' })
  @ApiOkResponse({ type: ChannelList })
  list(): ChannelList {
    return {
      items: this.channels.list().map((channel) => ({ ...channel, modes: [...channel.modes], configSchema: { ...channel.configSchema } })),
    };
  }
}
