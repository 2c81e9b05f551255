import { ApiProperty, ApiPropertyOptional, PartialType } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { HoldsNoCredentials } from '../../platform/http/holds-no-credentials.decorator.ts';
import { IfGiven } from '../../platform/http/if-given.decorator.ts';
import { IsName } from '../../platform/http/is-name.decorator.ts';
import { PageQuery } from '../../platform/http/paging.ts';
import { DELIVERY_STATUSES, type DeliveryStatus } from './delivery.service.ts';

/** `content.created`, `content.*` or `*`. */
const TYPE_PATTERN = /^(\*|[a-z][a-z0-9_]{0,49}\.(\*|[a-z][a-z0-9_.]{0,99}))$/;
const MOST = 50;
const MONTH_S = 30 * 86_400;

export class CreateWebhookBody {
  @ApiProperty({ example: 'newsroom', description: 'Unique.' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiPropertyOptional({ default: '', maxLength: 500 })
  @IsString()
  @MaxLength(500)
  @IfGiven()
  description?: string;

  @ApiProperty({
    example: 'https://hooks.example.org/contenthub',
    maxLength: 2000,
    description: 'A public address. EGRESS_ALLOW_PRIVATE can allow others.',
  })
  @IsString()
  @MaxLength(2000)
  @HoldsNoCredentials()
  url: string;

  @ApiPropertyOptional({
    type: [String],
    nullable: true,
    example: ['content.*', 'budget.warned'],
    description: 'Types of events; `content.*` takes all of an aggregate. Null or left out: all.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST)
  @ArrayUnique()
  @Matches(TYPE_PATTERN, { each: true, message: 'each value in types must be a type such as content.created, or content.*, or *' })
  @IsOptional()
  types?: string[] | null;

  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    nullable: true,
    description: 'Only events of these accounts, and none of no account. Null or left out: all events.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  @IsOptional()
  accountIds?: string[] | null;
}

/** The given members replace the stored ones. */
export class UpdateWebhookBody extends PartialType(CreateWebhookBody, { skipNullProperties: false }) {}

export class RotateWebhookBody {
  @ApiPropertyOptional({
    type: 'integer',
    minimum: 60,
    maximum: MONTH_S,
    example: 86_400,
    description: 'Seconds after which the old secret stops signing. Left out: when it is removed.',
  })
  @IsInt()
  @Min(60)
  @Max(MONTH_S)
  @IfGiven()
  expiresIn?: number;
}

export class DeliveriesQuery extends PageQuery {
  @ApiPropertyOptional({ enum: DELIVERY_STATUSES })
  @IsIn(DELIVERY_STATUSES, { message: `status must be one of ${DELIVERY_STATUSES.join(', ')}` })
  @IfGiven()
  status?: DeliveryStatus;

  @ApiPropertyOptional({ maxLength: 150, example: 'content.created', description: 'Exact type of the event.' })
  @IsString()
  @MaxLength(150)
  @IfGiven()
  type?: string;
}
