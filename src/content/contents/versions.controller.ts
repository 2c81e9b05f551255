import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { ContentService } from './content.service.ts';
import { ContentDiff, DiffQuery, diffVersions, toVersionView, VersionList } from './versions.dto.ts';

@ApiTags('contents')
@Controller('contents/:id')
export class VersionsController {
  constructor(private readonly contents: ContentService) {}

  @Get('versions')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_listVersions', summary: 'The versions of a content, newest first' })
  @ApiOkResponse({ type: VersionList })
  async list(@Param('id') id: string, @CurrentPrincipal() { accountIds }: Principal): Promise<VersionList> {
    return { items: (await this.contents.versions(await this.contents.get(id, accountIds))).map(toVersionView) };
  }

  @Get('diff')
  @RequirePermission('content:read')
  @ApiOperation({ operationId: 'contents_diff', summary: 'What changed between two versions. The parts hold both texts in full.' })
  @ApiOkResponse({ type: ContentDiff })
  async diff(@Param('id') id: string, @Query() query: DiffQuery, @CurrentPrincipal() { accountIds }: Principal): Promise<ContentDiff> {
    const content = await this.contents.get(id, accountIds);
    const { to = content.version } = query;
    const { from = Math.max(1, to - 1) } = query;
    const newer = await this.contents.versionTexts(content, to);
    return diffVersions(await this.contents.versionTexts(content, from), newer, content.language);
  }
}
