import { ApiProperty } from '@nestjs/swagger';
import { type Counts, type Skipped, summaryOf } from '../../engine/bulk/bulk-action.ts';

/** The verdicts of a preview. */
export class BulkPreview {
  @ApiProperty({ type: 'integer', description: 'Executions that the request selects.' })
  matched: number;
  @ApiProperty({ type: 'integer' })
  eligible: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'integer' },
    example: { already_finished: 3 },
    description: 'How many are not changed, by reason.',
  })
  skipped: Skipped;
  @ApiProperty({ example: '9 of 12 eligible, 3 already finished' })
  summary: string;

  constructor(counts: Counts) {
    Object.assign(this, counts, { summary: summaryOf(counts) });
  }
}
