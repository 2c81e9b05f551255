import { Module } from '@nestjs/common';
import { OperationAuditRetention } from './operation-audit.retention.ts';

/** The retention of the audit of operations, for the scheduler role. */
@Module({ providers: [OperationAuditRetention] })
export class OperationAuditRetentionModule {}
