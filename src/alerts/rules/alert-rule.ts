import type { RuleFields } from '../../core/alert/default-rules.ts';

export interface AlertRule extends RuleFields {
  readonly id: string;
  readonly version: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}
