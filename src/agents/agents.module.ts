import { Module } from '@nestjs/common';
import { ResultsModule } from '../results/results.module.ts';
import { TasksModule } from '../tasks/tasks.module.ts';
import { AgentRegistry } from './agent.registry.ts';
import { AgentRepository } from './agent.repository.ts';
import { Artifacts } from './artifacts/artifacts.ts';
import { Heartbeats } from './heartbeats.ts';
import { AgentLeases } from './leases/agent-leases.ts';
import { AgentLogWriter } from '../engine/leases/agent-log-writer.ts';
import { AgentTasks } from '../engine/leases/agent-tasks.ts';
import { AgentWork } from './leases/agent-work.service.ts';
import { LeasePollBroker } from './leases/lease-poll-broker.ts';
import { ProcessAgent } from './process-agent.ts';

/** The registry of agents, and leases over HTTP. */
@Module({
  imports: [TasksModule, ResultsModule],
  providers: [
    AgentRepository,
    AgentRegistry,
    AgentTasks,
    AgentLogWriter,
    AgentLeases,
    LeasePollBroker,
    AgentWork,
    Heartbeats,
    Artifacts,
    ProcessAgent,
  ],
  exports: [AgentRegistry, LeasePollBroker, AgentWork, Heartbeats, Artifacts, ProcessAgent],
})
export class AgentsModule {}
