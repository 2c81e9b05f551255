import { ApiProperty } from '@nestjs/swagger';
import { ACCOUNT_CHECK_STATUSES, type AccountCheck } from './account-checks.ts';

class AccountCheckView implements AccountCheck {
  @ApiProperty({ example: 'creator.usable' })
  name: string;
  @ApiProperty({
    enum: ACCOUNT_CHECK_STATUSES,
    description: 'fail: a content would fail there. warn: it works, but probably not as intended.',
  })
  status: AccountCheck['status'];
  @ApiProperty()
  detail: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'What to do; null for ok.' })
  remedy: string | null;
}

export class AccountCheckReport {
  @ApiProperty({ format: 'uuid' })
  accountId: string;
  @ApiProperty({ enum: ACCOUNT_CHECK_STATUSES, description: 'That of the worst check.' })
  status: AccountCheck['status'];
  @ApiProperty({ format: 'date-time' })
  checkedAt: Date;
  @ApiProperty({ type: [AccountCheckView], description: 'In processing order.' })
  checks: AccountCheckView[];
}
