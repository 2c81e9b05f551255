import { Controller, Get, Header } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { AgentRegistry } from '../../agents/agent.registry.ts';
import { AgentView, toAgentView } from '../../agents/agent.view.ts';
import { RequirePermission } from '../../platform/auth/permission.decorator.ts';
import { productVersion } from '../../platform/config/product-version.ts';
import { describeSettings, type DescribedSetting } from '../../platform/config/describe-settings.ts';
import { Settings } from '../../platform/config/settings.ts';
import { executorOf, Pools } from '../../platform/database/pools.ts';
import { SELECT_DATABASE } from './system.sql.ts';

const STARTED_AT = new Date(performance.timeOrigin);
const MAX_PROCESSES = 200;

class SettingView implements DescribedSetting {
  @ApiProperty({ example: 'QUEUE_DRIVER' })
  name: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Null when it has none. A secret is `***`, and never part of an answer.' })
  value: string | null;
  @ApiProperty()
  secret: boolean;
  @ApiProperty({ type: 'string', nullable: true })
  unit: string | null;
  @ApiProperty()
  doc: string;
}

export class SystemView {
  @ApiProperty({ example: '0.1.0' })
  version: string;
  @ApiProperty({ example: '24.21.0' })
  nodeVersion: string;
  @ApiProperty({ example: '18.4' })
  databaseVersion: string;
  @ApiProperty({ type: [String], description: 'The names of the applied migrations, in order.' })
  migrations: string[];
  @ApiProperty({ type: [String], description: 'The roles of the process that answers.' })
  roles: string[];
  @ApiProperty({ format: 'date-time', description: 'When the process that answers started.' })
  startedAt: Date;
  @ApiProperty({ type: [AgentView], description: 'The processes that run tasks, with their versions; the newest 200.' })
  processes: AgentView[];
  @ApiProperty({ type: [SettingView], description: 'The settings of the process that answers.' })
  settings: SettingView[];
}

/** The installation as it is set up. */
@ApiTags('health')
@Controller('system')
export class SystemController {
  constructor(
    private readonly settings: Settings,
    private readonly pools: Pools,
    private readonly agents: AgentRegistry,
  ) {}

  @Get()
  @RequirePermission('system:read')
  @Header('cache-control', 'no-store')
  @ApiOperation({ operationId: 'system_get', summary: 'Versions, migrations, processes and settings, without secrets' })
  @ApiOkResponse({ type: SystemView })
  async get(): Promise<SystemView> {
    const [[database], processes] = await Promise.all([
      executorOf(this.pools.api).query<{ version: string; migrations: string[] }>(SELECT_DATABASE, []),
      this.agents.list({ kind: 'process', limit: MAX_PROCESSES }),
    ]);
    return {
      version: productVersion(),
      nodeVersion: process.versions.node,
      databaseVersion: database?.version ?? '',
      migrations: database?.migrations ?? [],
      roles: [...this.settings.appRoles],
      startedAt: STARTED_AT,
      processes: processes.map(toAgentView),
      settings: describeSettings(this.settings),
    };
  }
}
