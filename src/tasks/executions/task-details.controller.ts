import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { RunStatistics } from '../../engine/inspection/run-statistics.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { CurrentPrincipal, type Principal, scopeOf } from '../../platform/auth/principal.ts';
import { ParamsSchemas } from '../definitions/params-schemas.ts';
import { TaskDefinitionRegistry } from '../definitions/task-definition.registry.ts';
import { TaskCatalogueItem, toCatalogue } from '../service/tasks.view.ts';
import { TaskStatistics, toTaskStatistics } from './task-statistics.view.ts';

/** One named task. */
@ApiTags('tasks')
@Controller('tasks')
export class TaskDetailsController {
  constructor(
    private readonly definitions: TaskDefinitionRegistry,
    private readonly schemas: ParamsSchemas,
    private readonly statistics: RunStatistics,
  ) {}

  @Get(':taskName')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'tasks_get', summary: 'One named task, with the whole JSON schema of its params' })
  @ApiOkResponse({ type: TaskCatalogueItem })
  get(@Param('taskName') taskName: string): TaskCatalogueItem {
    const definition = this.definitions.get(taskName);
    return { ...toCatalogue(definition), paramsSchema: this.schemas.of(definition) };
  }

  @Get(':taskName/stats')
  @RequirePermission('tasks:read')
  @ApiOperation({ operationId: 'tasks_getStatistics', summary: 'How the newest executions of a task went, and the steps of the last 50' })
  @ApiOkResponse({ type: TaskStatistics })
  async stats(@Param('taskName') taskName: string, @CurrentPrincipal() principal: Principal): Promise<TaskStatistics> {
    const { numbers, runs } = await this.statistics.of(this.definitions.get(taskName).name, scopeOf(principal));
    return toTaskStatistics(numbers, runs);
  }
}
