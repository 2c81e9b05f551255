import { Injectable } from '@nestjs/common';
import type { Fence } from '../../core/task/task.ts';
import type { AgentPrincipal } from '../../platform/auth/principal.ts';
import { AgentTasks } from '../../engine/leases/agent-tasks.ts';
import { executorOf, inTransaction, Pools, type SqlExecutor } from '../../platform/database/pools.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import { isUuid } from '../../platform/http/uuid.ts';
import { leaseLost } from '../leases/agent-work.service.ts';
import { SELECT_ARTIFACT, SELECT_ARTIFACTS, STORE_ARTIFACT } from './artifact.sql.ts';

export interface ArtifactRow {
  readonly name: string;
  readonly attempt: number;
  readonly epoch: number;
  readonly bytes: number;
  readonly createdAt: Date;
}

/** Per attempt; each may have 1 MiB. */
const MAX_ARTIFACTS = 20;

/** Files that attempts store. They are deleted with their task. */
@Injectable()
export class Artifacts {
  private readonly api: SqlExecutor;

  constructor(
    private readonly pools: Pools,
    private readonly tasks: AgentTasks,
  ) {
    this.api = executorOf(pools.api);
  }

  /** Returns the stored bytes. @throws {ProblemError} 409 `lease_lost`, 422 for the 21st artifact of an attempt. */
  async store({ leaseOwner: owner }: AgentPrincipal, { id, epoch }: Fence, name: string, content: Buffer): Promise<number> {
    if (!isUuid(id)) throw leaseLost();
    const stored = await inTransaction(this.pools.api, async (tx) => {
      const task = await this.tasks.lock({ id, epoch, owner }, tx); // uploads of one attempt wait here for each other
      if (!task) return 'lost';
      return (await tx.query<{ bytes: number }>(STORE_ARTIFACT, [id, epoch, task.attempt, name, content, MAX_ARTIFACTS]))[0];
    });
    if (stored === 'lost') throw leaseLost();
    if (!stored) throw ProblemError.unprocessable('too_many_artifacts', `An attempt may store ${MAX_ARTIFACTS} files.`);
    return stored.bytes;
  }

  list(taskId: string): Promise<ArtifactRow[]> {
    return this.api.query<ArtifactRow>(SELECT_ARTIFACTS, [taskId]);
  }

  async content(taskId: string, name: string): Promise<Buffer | undefined> {
    return (await this.api.query<{ content: Buffer }>(SELECT_ARTIFACT, [taskId, name]))[0]?.content;
  }
}
