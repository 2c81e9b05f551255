import { Module } from '@nestjs/common';
import { TasksModule } from '../tasks/tasks.module.ts';
import { AgentsModule } from './agents.module.ts';
import { AgentArtifactsController } from './artifacts/agent-artifacts.controller.ts';
import { ExecutionArtifactsController } from './artifacts/execution-artifacts.controller.ts';
import { AgentWorkController } from './leases/agent-work.controller.ts';
import { AgentsController } from './agents.controller.ts';

/** The HTTP API of agents, for the api role. */
@Module({
  imports: [AgentsModule, TasksModule],
  controllers: [AgentsController, AgentWorkController, AgentArtifactsController, ExecutionArtifactsController],
})
export class AgentsApiModule {}
