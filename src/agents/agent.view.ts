import { ApiProperty } from '@nestjs/swagger';
import type { Page } from '../platform/http/paging.ts';
import type { Agent } from './agent.registry.ts';
import { AGENT_KINDS, AGENT_STATUSES, type AgentKind, type AgentRow, type AgentStatus, type ProcessInfo } from './agent.repository.ts';
import { EXAMPLE_ID } from '../platform/http/example-id.ts';

class ProcessInfoView implements ProcessInfo {
  @ApiProperty()
  host: string;
  @ApiProperty({ type: 'integer' })
  pid: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'Slots by queue.' })
  slots: Record<string, number>;
}

/** An agent or a process that runs tasks. */
export class AgentView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string;
  @ApiProperty({ example: 'gpu-1' })
  name: string;
  @ApiProperty({ enum: AGENT_KINDS })
  kind: AgentKind;
  @ApiProperty({ enum: AGENT_STATUSES, description: 'offline: three heartbeats were missed.' })
  status: AgentStatus;
  @ApiProperty({ type: [String] })
  capabilities: string[];
  @ApiProperty({ type: 'integer' })
  maxConcurrency: number;
  @ApiProperty({ type: 'integer', description: 'Number of its leases.' })
  running: number;
  @ApiProperty({ type: 'number', nullable: true, description: 'As the agent reports it, 0 to 1.' })
  load: number | null;
  @ApiProperty({ type: 'string', nullable: true })
  version: string | null;
  @ApiProperty({
    type: ProcessInfoView,
    nullable: true,
    description: 'Host, process id and slots of a ContentHub process. Null for a remote agent.',
  })
  processInfo: ProcessInfo | null;
  @ApiProperty({ format: 'date-time' })
  registeredAt: Date;
  @ApiProperty({ format: 'date-time' })
  lastSeenAt: Date;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  drainingAt: Date | null;
  @ApiProperty({ type: 'string', format: 'date-time', nullable: true })
  quarantinedAt: Date | null;
  @ApiProperty({ type: 'string', nullable: true })
  quarantineReason: string | null;
}

export class AgentPage implements Page<AgentView> {
  @ApiProperty({ type: [AgentView] })
  items: AgentView[];
  @ApiProperty({ type: 'string', nullable: true })
  nextCursor: string | null;
}

export class AgentHealthView {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string;
  @ApiProperty({ enum: AGENT_STATUSES })
  status: AgentStatus;
  @ApiProperty({ type: 'boolean', description: 'It is online and gets tasks.' })
  healthy: boolean;
  @ApiProperty({ type: 'integer', description: 'Milliseconds since its last heartbeat.' })
  silentForMs: number;
  @ApiProperty({ type: 'integer' })
  running: number;
  @ApiProperty({ type: 'integer', description: 'How many more tasks it could lease now.' })
  free: number;
  @ApiProperty({ type: 'integer', description: 'Tasks lost with it since it last completed one.' })
  crashes: number;
  @ApiProperty({ type: 'string', nullable: true, description: 'Why it gets no tasks.' })
  reason: string | null;
}

export class EnrolledAgent {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string;
  @ApiProperty({
    example: 'ca_live_…',
    description: 'Shown only in this answer. Valid for this agent only, until its name registers again.',
  })
  token: string;
  @ApiProperty({ type: 'integer', description: 'Interval of its heartbeats.' })
  heartbeatMs: number;
  @ApiProperty({ type: 'integer', description: 'How long a lease is valid after a heartbeat that names it.' })
  ttlMs: number;
}

export class UnregisteredAgent {
  @ApiProperty({ format: 'uuid', example: EXAMPLE_ID })
  id: string;
  @ApiProperty({ type: 'integer', description: 'Tasks that were requeued.' })
  released: number;
}

export function toAgentView(row: Agent): AgentView {
  const { id, name, kind, status, capabilities, maxConcurrency, running, load, version, processInfo } = row;
  const { registeredAt, lastSeenAt, drainingAt, quarantinedAt, quarantineReason } = row;
  const times = { registeredAt, lastSeenAt, drainingAt, quarantinedAt };
  return { id, name, kind, status, capabilities, maxConcurrency, running, load, version, processInfo, ...times, quarantineReason };
}

export function toHealthView(row: Agent): AgentHealthView {
  const { id, status, silentForMs, running, maxConcurrency, crashes } = row;
  const healthy = status === 'online';
  return {
    id,
    status,
    healthy,
    silentForMs,
    running,
    free: healthy ? Math.max(0, maxConcurrency - running) : 0,
    crashes,
    reason: reasonOf(row),
  };
}

function reasonOf({ status, silentForMs, quarantineReason }: AgentRow): string | null {
  switch (status) {
    case 'online':
      return null;
    case 'draining':
      return 'an operator drains it';
    case 'quarantined':
      return quarantineReason;
    case 'offline':
      return `no heartbeat for ${Math.round(silentForMs / 1_000)} s`;
  }
}
