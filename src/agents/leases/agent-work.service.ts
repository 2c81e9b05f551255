import { Injectable } from '@nestjs/common';
import { classify, type FailureClass, TaskFailure } from '../../core/task/failure.ts';
import { done } from '../../core/task/outcome.ts';
import type { TaskStatus } from '../../core/task/states.ts';
import type { Fence, LogLevel } from '../../core/task/task.ts';
import { countUnstorable } from '../../core/text/storable-text.ts';
import type { AgentPrincipal } from '../../platform/auth/principal.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { ResultService } from '../../results/result.service.ts';
import { ThrottledQueues } from '../../engine/dispatch/throttled-queues.ts';
import { TaskClaims } from '../../engine/dispatch/task-claims.ts';
import { boundedLine } from '../../engine/logs/bounded-line.ts';
import { TaskMetrics } from '../../engine/task-metrics.ts';
import { ProgressWriter } from '../../engine/progress-writer.ts';
import { AgentRepository } from '../agent.repository.ts';
import { AgentLogWriter, type AppendedLines } from '../../engine/leases/agent-log-writer.ts';
import { AgentTasks, type LeasedTaskRow, type OwnedFence } from '../../engine/leases/agent-tasks.ts';

/** The failure classes that an agent may report. `crashed` and `cancelled` are set by the engine only. */
export const AGENT_FAILURES = [
  'internal',
  'transient',
  'rate_limited',
  'timeout',
  'invalid_input',
  'invalid_output',
  'rejected',
  'unknown_outcome',
] as const satisfies readonly FailureClass[];

export interface AgentFailure {
  readonly failureClass: (typeof AGENT_FAILURES)[number];
  readonly message?: string;
  readonly code?: string;
  readonly retryAfterMs?: number;
}

const NO_MESSAGE = 'the agent gave no reason';

export interface AgentLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly data?: unknown;
}

export interface StoredLines extends AppendedLines {
  /** How many characters could not be stored and became U+FFFD. */
  readonly replaced: number;
}

/**
 * The reports of an agent about its tasks. Each is fenced by epoch and owner and settled by the same service as local
 * attempts. A report that ends the attempt may be repeated: the audit shows who ended it and how.
 */
@Injectable()
export class AgentWork {
  constructor(
    private readonly tasks: AgentTasks,
    private readonly claims: TaskClaims,
    private readonly results: ResultService,
    private readonly progressWriter: ProgressWriter,
    private readonly logs: AgentLogWriter,
    private readonly ended: ThrottledQueues,
    private readonly agents: AgentRepository,
    private readonly metrics: TaskMetrics,
  ) {}

  /** Starts the time of the attempt and returns its deadline. */
  async start(agent: AgentPrincipal, fence: Fence): Promise<Date> {
    const leased = await this.findLeased(agent, fence);
    if (leased.deadlineAt !== null) return leased.deadlineAt;
    const [started] = await this.claims.start([fence], agent.leaseOwner);
    const deadlineAt = started?.deadlineAt ?? (await this.findLeased(agent, fence)).deadlineAt;
    if (deadlineAt === null) throw leaseLost();
    return deadlineAt;
  }

  async progress(agent: AgentPrincipal, fence: Fence, percent: number, step: string | null): Promise<void> {
    await this.running(agent, fence);
    await this.progressWriter.write({ id: fence.id, epoch: fence.epoch, progress: percent, step });
  }

  /** `after` is the number of the line before these, which detects a repeated request. Undefined appends after all stored lines. */
  async log(agent: AgentPrincipal, fence: Fence, lines: readonly AgentLine[], after: number | undefined): Promise<StoredLines> {
    const bounded = lines.map(({ level, message, data }) => boundedLine(level, message, data));
    const appended = await this.logs.append({ ...ownedBy(agent, fence), lines: bounded, after });
    if (!appended) throw leaseLost();
    return { ...appended, replaced: lines.reduce((sum, { message }) => sum + countUnstorable(message), 0) };
  }

  /** Returns the new status of the task. A result that cannot be stored, or whose effects fail, does not complete it. */
  complete(agent: AgentPrincipal, fence: Fence, result: unknown): Promise<TaskStatus> {
    return this.end(agent, fence, (task) => this.results.settle(task, done(result)));
  }

  fail(agent: AgentPrincipal, fence: Fence, { failureClass, message, code, retryAfterMs }: AgentFailure): Promise<TaskStatus> {
    const failure = new TaskFailure(failureClass, message?.trim() || NO_MESSAGE, code, retryAfterMs ?? null);
    return this.end(agent, fence, (task) => this.results.settleFailure(task, classify(failure), failure));
  }

  /** Gives the attempt back. */
  release(agent: AgentPrincipal, fence: Fence): Promise<TaskStatus> {
    const release = async (task: LeasedTaskRow): Promise<void> =>
      this.metrics.settled(task, 'released', (await this.tasks.release([task], agent.leaseOwner)) > 0);
    return this.end(agent, fence, release, 'assigned');
  }

  private async end(
    agent: AgentPrincipal,
    fence: Fence,
    settle: (task: LeasedTaskRow) => Promise<unknown>,
    least: LeasedTaskRow['status'] = 'running',
  ): Promise<TaskStatus> {
    const owned = ownedBy(agent, fence);
    const task = await this.tasks.find(owned);
    if (task && least === 'running' && task.status === 'assigned') throw notStarted();
    if (task) await settle(task);
    if (typeof task?.ranSeconds === 'number') this.metrics.ran(task.name, task.ranSeconds);
    const ending = await this.tasks.outcomeOf(owned);
    if (ending === undefined) throw leaseLost();
    this.ended.taskEnded();
    if (ending.crashed && ending.status === 'completed') await this.agents.forgetCrashes(nameIn(owned.owner));
    return ending.status;
  }

  private async running(agent: AgentPrincipal, fence: Fence): Promise<LeasedTaskRow> {
    const task = await this.findLeased(agent, fence);
    if (task.status === 'assigned') throw notStarted();
    return task;
  }

  private async findLeased(agent: AgentPrincipal, fence: Fence): Promise<LeasedTaskRow> {
    const task = await this.tasks.find(ownedBy(agent, fence));
    if (!task) throw leaseLost();
    return task;
  }
}

function ownedBy({ leaseOwner: owner }: AgentPrincipal, { id, epoch }: Fence): OwnedFence {
  if (!isUuid(id)) throw leaseLost();
  return { id: id.toLowerCase(), epoch, owner };
}

/** `agent:name:id.registration` */
const nameIn = (owner: string): string => owner.split(':')[1] ?? '';

export function leaseLost(): ProblemError {
  return ProblemError.conflict('lease_lost', 'The task is not leased to this agent under this epoch.', {
    detail: 'The lease cannot be regained: stop working on the task. Further reports have no effect.',
  });
}

function notStarted(): ProblemError {
  return ProblemError.conflict('not_started', 'The task has not been started.', { detail: 'POST …/start first.' });
}
