import { CurrentPrincipal, type Principal } from '../../platform/auth/principal.ts';
import { Controller, Get, Param, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { TaskAccessService } from '../../tasks/service/task-access.service.ts';
import { ArtifactList } from './artifact.dto.ts';
import { Artifacts } from './artifacts.ts';

@ApiTags('executions')
@Controller('executions/:executionId/artifacts')
@RequirePermission('tasks:read')
export class ExecutionArtifactsController {
  constructor(
    private readonly artifacts: Artifacts,
    private readonly tasks: TaskAccessService,
  ) {}

  @Get()
  @ApiOperation({
    operationId: 'executionArtifacts_list',
    summary: 'Files that the attempts of an execution stored, the last attempt first',
  })
  @ApiOkResponse({ type: ArtifactList })
  async list(@Param('executionId') executionId: string, @CurrentPrincipal() principal: Principal): Promise<ArtifactList> {
    const { id } = await this.tasks.get(executionId, principal);
    return { items: await this.artifacts.list(id) };
  }

  @Get(':name')
  @ApiOperation({
    operationId: 'executionArtifacts_download',
    summary: 'Download a file, from the last attempt that stored one of this name',
  })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ description: 'The file.', schema: { type: 'string', format: 'binary' } })
  async download(
    @Param('executionId') executionId: string,
    @Param('name') name: string,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    const { id } = await this.tasks.get(executionId, principal);
    const content = await this.artifacts.content(id, name);
    if (content === undefined) throw ProblemError.notFound('artifact_not_found', 'The execution has no such file.');
    // always a download: content of an agent must not run in the origin of this server
    return new StreamableFile(content, { type: 'application/octet-stream', disposition: `attachment; filename="${name}"` });
  }
}
