import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { CreatorRegistry, type ListedCreator } from '../../creators/creator.registry.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';

class CreatorView implements ListedCreator {
  @ApiProperty({ example: 'offline', description: 'The value of `creator` in an account or a request.' })
  name: string;
  @ApiProperty()
  description: string;
  @ApiProperty()
  needsNetwork: boolean;
  @ApiProperty({ description: 'The creator works elsewhere and is polled for its result.' })
  asynchronous: boolean;
  @ApiProperty({ type: 'object', additionalProperties: true, description: 'JSON schema of the options of the creator.' })
  optionsSchema: Record<string, unknown>;
}

class CreatorList {
  @ApiProperty({ type: [CreatorView] })
  items: CreatorView[];
}

@ApiTags('accounts')
@Controller('creators')
export class CreatorsController {
  constructor(private readonly creators: CreatorRegistry) {}

  @Get()
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'creators_list', summary: 'The creators of this installation, by name' })
  @ApiOkResponse({ type: CreatorList })
  list(): CreatorList {
    return { items: this.creators.list() };
  }
}
