import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { UNUSABLE_CODES } from '../../creators/creator.ts';
import { CreatorRegistry, type ListedCreator } from '../../creators/creator.registry.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';

class CreatorHealthView {
  @ApiProperty()
  usable: boolean;
  @ApiPropertyOptional({ enum: UNUSABLE_CODES, description: 'Why it is not usable.' })
  code?: (typeof UNUSABLE_CODES)[number];
  @ApiProperty({ type: 'string', nullable: true, description: 'What to change to make it usable, or a remark of the probe.' })
  detail: string | null;
  @ApiProperty({ format: 'date-time', description: 'When the creator was probed: at most 30 s ago.' })
  checkedAt: Date;
}

class CreatorView implements Omit<ListedCreator, 'health'> {
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
  @ApiProperty({ type: CreatorHealthView, description: 'Whether the creator can be used now.' })
  health: CreatorHealthView;
}

class CreatorList {
  @ApiProperty({ type: [CreatorView] })
  items: CreatorView[];
}

class CreatorsQuery {
  @ApiPropertyOptional({
    enum: ['true', 'false'],
    default: 'false',
    description: 'true: probe now instead of showing a result of up to 30 s ago.',
  })
  @IsIn(['true', 'false'])
  @IsOptional()
  refresh?: string;
}

@ApiTags('accounts')
@Controller('creators')
export class CreatorsController {
  constructor(private readonly creators: CreatorRegistry) {}

  @Get()
  @RequirePermission('accounts:read')
  @ApiOperation({ operationId: 'creators_list', summary: 'The creators of this installation, by name' })
  @ApiOkResponse({ type: CreatorList })
  async list(@Query() { refresh }: CreatorsQuery): Promise<CreatorList> {
    return { items: await this.creators.list({ refresh: refresh === 'true' }) };
  }
}
