import { Module } from '@nestjs/common';
import { OperationAuditController } from './operation-audit.controller.ts';
import { OperationAuditRepository } from './operation-audit.repository.ts';

/** Reads the audit of operations, for the api role. */
@Module({ providers: [OperationAuditRepository], controllers: [OperationAuditController] })
export class OperationAuditApiModule {}
