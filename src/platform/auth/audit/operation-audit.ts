import { Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { newId } from '../../ids/new-id.ts';
import { executorOf, Pools, type SqlExecutor } from '../../database/pools.ts';
import { INSERT_OPERATION, SET_OPERATION_STATUS } from './operation-audit.sql.ts';
import type { Permission } from '../permissions.ts';
import type { AuthenticatedRequest, Principal } from '../principal.ts';

/** The audit of changes to anything but tasks: who, when, what, and the status of the answer. */
@Injectable()
export class OperationAudit {
  private readonly sql: SqlExecutor;

  constructor(pools: Pools) {
    this.sql = executorOf(pools.api);
  }

  /** Stores the request before its change, so that no change is without a row. The status follows once the answer is sent. */
  async record({ type, id, name }: Principal, permission: Permission, request: AuthenticatedRequest, reply: FastifyReply): Promise<void> {
    const rowId = newId();
    const [path = ''] = request.url.split('?', 1);
    await this.sql.query(INSERT_OPERATION, [rowId, type, id, name, permission, request.method, path.slice(0, 1_000)]);
    reply.raw.once('close', () => {
      void this.sql.query(SET_OPERATION_STATUS, [rowId, reply.raw.statusCode]).catch(() => undefined);
    });
  }
}
