import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { formatActor } from '../../core/actor/actor.ts';
import { RequirePermission } from '../auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../auth/principal.ts';
import { SavedViewBody, SavedViewList, SavedViewsQuery, SavedViewView, toSavedViewView } from './saved-view.dto.ts';
import { SavedViewService } from './saved-view.service.ts';

const CONFLICT = { description: 'You have a view of this name on the page, or 200 views.' };

@ApiTags('views')
@Controller('views')
export class SavedViewsController {
  constructor(private readonly views: SavedViewService) {}

  @Get()
  @RequirePermission('views:read')
  @ApiOperation({ operationId: 'views_list', summary: 'Your saved views, and those that others share' })
  @ApiOkResponse({ type: SavedViewList })
  async list(@Query() { page }: SavedViewsQuery, @CurrentPrincipal() principal: Principal): Promise<SavedViewList> {
    // The words of a filter may be about accounts that a limited caller must not know.
    const views = await this.views.list(formatActor(principal), page, principal.accountIds === null);
    return { items: views.map(toSavedViewView) };
  }

  @Post()
  @HttpCode(201)
  @RequirePermission('views:edit')
  @ApiOperation({ operationId: 'views_create', summary: 'Save the filter of a page under a name' })
  @ApiCreatedResponse({ type: SavedViewView })
  @ApiConflictResponse(CONFLICT)
  async create(@Body() body: SavedViewBody, @CurrentPrincipal() principal: Principal): Promise<SavedViewView> {
    return toSavedViewView(await this.views.create(formatActor(principal), body));
  }

  @Put(':id')
  @RequirePermission('views:edit')
  @ApiOperation({ operationId: 'views_replace', summary: 'Replace a saved view of yours' })
  @ApiOkResponse({ type: SavedViewView })
  @ApiConflictResponse(CONFLICT)
  async replace(@Param('id') id: string, @Body() body: SavedViewBody, @CurrentPrincipal() principal: Principal): Promise<SavedViewView> {
    return toSavedViewView(await this.views.replace(formatActor(principal), id, body));
  }

  @Delete(':id')
  @HttpCode(204)
  @RequirePermission('views:edit')
  @ApiOperation({ operationId: 'views_delete', summary: 'Delete a saved view of yours' })
  @ApiNoContentResponse()
  delete(@Param('id') id: string, @CurrentPrincipal() principal: Principal): Promise<void> {
    return this.views.delete(formatActor(principal), id);
  }
}
