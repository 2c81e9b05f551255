import { Body, Controller, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiConflictResponse, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import type { AgentPrincipal } from '../../platform/auth/principal.ts';
import { RawBody } from '../../platform/http/large-body.decorator.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { LEASE_LOST, OwnAgent } from '../own-agent.guard.ts';
import { ArtifactName, ArtifactQuery, StoredArtifact } from './artifact.dto.ts';
import { Artifacts } from './artifacts.ts';

@ApiTags('agent work')
@Controller('agents/:agentId/tasks/:taskId/artifacts')
@RequirePermission('agents:work')
export class AgentArtifactsController {
  constructor(private readonly artifacts: Artifacts) {}

  @Put(':name')
  @RawBody()
  @ApiConsumes('application/octet-stream')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiOperation({ operationId: 'agentArtifacts_store', summary: 'Store a file of at most 1 MiB with the task' })
  @ApiOkResponse({ type: StoredArtifact })
  @ApiConflictResponse(LEASE_LOST)
  async store(
    @OwnAgent() agent: AgentPrincipal,
    @Param() { taskId, name }: ArtifactName,
    @Query() { epoch }: ArtifactQuery,
    @Body() content: Buffer | undefined,
  ): Promise<StoredArtifact> {
    if (content !== undefined && !Buffer.isBuffer(content)) throw notAFile();
    return { name, bytes: await this.artifacts.store(agent, { id: taskId, epoch }, name, content ?? Buffer.alloc(0)) };
  }
}

function notAFile(): ProblemError {
  return ProblemError.unsupportedMediaType('unsupported_media_type', 'The body is not a file.', {
    detail: 'Send it with Content-Type: application/octet-stream.',
  });
}
