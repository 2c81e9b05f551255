import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { newId } from '../../ids/new-id.ts';
import { type FieldChange, summarizeChanges } from '../../../core/text/change-summary.ts';
import { executorOf, Pools, type SqlExecutor } from '../../database/pools.ts';
import type { Permission } from '../permissions.ts';
import type { AuthenticatedRequest, Principal } from '../principal.ts';
import { AuditedObject } from './audited-object.ts';
import { END_OPERATION, INSERT_OPERATION } from './operation-audit.sql.ts';
import { reasonOf } from './operation-reason.ts';

/** The audit of changes to anything but tasks: who, when, what, why, what it changed, and the status of the answer. */
@Injectable()
export class OperationAudit {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /**
   * Stores the request before its change, so that no change is without a row. The status and what changed follow once the answer is
   * sent: the sender does not wait for them.
   */
  async record({ type, id, name }: Principal, permission: Permission, request: AuthenticatedRequest, reply: FastifyReply): Promise<void> {
    const rowId = newId();
    const [path = ''] = request.url.split('?', 1);
    const values = [rowId, type, id, name, permission, request.method, path.slice(0, 1_000), reasonOf(request), request.id];
    await this.sql.query(INSERT_OPERATION, values);
    const object = AuditedObject.of(request);
    const before = (await object?.read()) ?? null;
    const asked = request.body;
    reply.raw.once('close', () => {
      const status = reply.raw.statusCode;
      void this.end(rowId, status, status < 400 ? () => this.changes(object, before, asked) : undefined).catch(() => undefined);
    });
  }

  private async end(rowId: string, status: number, changes: (() => Promise<FieldChange[]>) | undefined): Promise<void> {
    await this.sql.query(END_OPERATION, [rowId, status, null]);
    if (changes) await this.sql.query(END_OPERATION, [rowId, status, JSON.stringify(await changes())]);
  }

  /** Without an object to read, such as for one that was created, what the request asked for. */
  private async changes(object: AuditedObject | undefined, before: object | null, asked: unknown): Promise<FieldChange[]> {
    const after = (await object?.read()) ?? null;
    return before === null && after === null ? summarizeChanges(null, asked) : summarizeChanges(before, after);
  }
}
