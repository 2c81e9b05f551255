import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { CAPABILITY } from '../core/agent/capability.ts';
import { ISOLATED } from '../core/task/lease-owner.ts';
import { IfGiven } from '../platform/http/if-given.decorator.ts';
import { IsFilled } from '../platform/http/is-filled.decorator.ts';
import { PageQuery } from '../platform/http/paging.ts';
import { AGENT_KINDS, AGENT_STATUSES, type AgentKind, type AgentStatus } from './agent.repository.ts';

/** The name is a part of the lease owner `agent:name:boot`, in which `isolated` has another meaning. */
const NAME = new RegExp(`^(?!${ISOLATED}$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`);

export class RegisterAgentBody {
  @ApiProperty({
    example: 'gpu-1',
    description: 'Letters, digits, dots, dashes and underscores. An earlier agent of this name loses its leases.',
  })
  @Matches(NAME, {
    message: 'name must be 1 to 64 letters, digits, dots, dashes or underscores, begin with a letter or a digit, and not be isolated',
  })
  @IsString()
  name: string;

  @ApiProperty({ type: [String], example: ['gpu', 'ffmpeg'] })
  @Matches(CAPABILITY, { each: true, message: 'each capability must be 1 to 50 lower-case letters, digits, dots, dashes or underscores' })
  @IsString({ each: true })
  @ArrayMaxSize(50)
  @IsArray()
  capabilities: string[];

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: 1000, default: 3, description: 'How many tasks it may lease at once.' })
  @Max(1000)
  @Min(1)
  @IsInt()
  @IfGiven()
  maxConcurrency?: number;

  @ApiPropertyOptional({ example: '1.4.0' })
  @MaxLength(100)
  @IsString()
  @IfGiven()
  version?: string;
}

export class AgentsQuery extends PageQuery {
  @ApiPropertyOptional({ enum: AGENT_KINDS, description: 'process: part of ContentHub. remote: leases over HTTP.' })
  @IsIn(AGENT_KINDS, { message: `kind must be one of ${AGENT_KINDS.join(', ')}` })
  @IsOptional()
  kind?: AgentKind;

  @ApiPropertyOptional()
  @MaxLength(50)
  @IsString()
  @IsOptional()
  capability?: string;

  @ApiPropertyOptional({ enum: AGENT_STATUSES })
  @IsIn(AGENT_STATUSES, { message: `status must be one of ${AGENT_STATUSES.join(', ')}` })
  @IsOptional()
  status?: AgentStatus;
}

export class QuarantineBody {
  @ApiProperty({ example: 'its disk is full' })
  @MaxLength(500)
  @IsFilled()
  @IsString()
  reason: string;
}
