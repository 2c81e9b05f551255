import { ApiProperty } from '@nestjs/swagger';
import { IsInt, IsString, Matches, Max, Min } from 'class-validator';
import { ToInt } from '../../platform/http/paging.ts';

const NAME = /^[\w][\w.-]{0,99}$/;

export class ArtifactName {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  taskId: string;

  @ApiProperty({ example: 'report.pdf' })
  @Matches(NAME, { message: 'name must be 1 to 100 letters, digits, dots, dashes or underscores' })
  @IsString()
  name: string;

  /** Validated together with the token. */
  @ApiProperty({ format: 'uuid' })
  @IsString()
  agentId: string;
}

export class ArtifactQuery {
  @ApiProperty({ type: 'integer', description: 'The epoch of the lease.' })
  @ToInt()
  @Max(2_147_483_647)
  @Min(1)
  @IsInt()
  epoch: number;
}

export class StoredArtifact {
  @ApiProperty()
  name: string;
  @ApiProperty({ type: 'integer' })
  bytes: number;
}

/** A file that an attempt stored. */
export class ArtifactView {
  @ApiProperty({ example: 'report.pdf' })
  name: string;
  @ApiProperty({ type: 'integer' })
  attempt: number;
  @ApiProperty({ type: 'integer' })
  epoch: number;
  @ApiProperty({ type: 'integer' })
  bytes: number;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
}

export class ArtifactList {
  @ApiProperty({ type: [ArtifactView] })
  items: ArtifactView[];
}
