import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsString, Matches, MaxLength } from 'class-validator';
import { parseActor } from '../../core/actor/actor.ts';
import { ActorView } from '../http/actor.view.ts';
import { IfGiven } from '../http/if-given.decorator.ts';
import { IsName } from '../http/is-name.decorator.ts';
import type { SavedView, SavedViewFields } from './saved-view.service.ts';

const PAGE = /^[a-z][a-z0-9-]{0,49}$/;
const PAGE_RULE = { message: 'page must be the name of a page: up to 50 lower-case letters, digits and hyphens' };

export class SavedViewsQuery {
  @ApiPropertyOptional({ maxLength: 50, example: 'executions' })
  @Matches(PAGE, PAGE_RULE)
  @IfGiven()
  page?: string;
}

export class SavedViewBody implements SavedViewFields {
  @ApiProperty({ maxLength: 50, example: 'executions', description: 'The page of the admin.' })
  @Matches(PAGE, PAGE_RULE)
  page: string;

  @ApiProperty({ maxLength: 100, example: 'Failed today' })
  @IsString()
  @IsName()
  @MaxLength(100)
  name: string;

  @ApiProperty({ maxLength: 2000, example: 'status=failed&since=PT24H', description: 'The query string of the page.' })
  @IsString()
  @MaxLength(2_000)
  query: string;

  @ApiPropertyOptional({ default: false, description: 'Callers that are not limited to accounts see it too.' })
  @IsBoolean()
  @IfGiven()
  shared: boolean = false;
}

export class SavedViewView implements SavedViewFields {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty()
  page: string;
  @ApiProperty()
  name: string;
  @ApiProperty()
  query: string;
  @ApiProperty()
  shared: boolean;
  @ApiProperty({ type: ActorView })
  owner: ActorView;
  @ApiProperty({ description: 'It is yours: you can replace and delete it.' })
  own: boolean;
  @ApiProperty({ format: 'date-time' })
  createdAt: Date;
  @ApiProperty({ format: 'date-time' })
  updatedAt: Date;
}

export class SavedViewList {
  @ApiProperty({ type: [SavedViewView], description: 'By page and name, at most 1,000.' })
  items: SavedViewView[];
}

export function toSavedViewView({ owner, ...view }: SavedView): SavedViewView {
  return { ...view, owner: parseActor(owner) };
}
