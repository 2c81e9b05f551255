import { paint } from '../output/cells.ts';
import { padToWidth } from '../output/text-width.ts';
import type { Check } from './check.ts';

const MARKS = { ok: ['✓', 'green'], warn: ['!', 'yellow'], fail: ['✗', 'red'] } as const;

/** A line for each check, and a line with the remedy below it. `nameWidth`: columns of the longest usual name. */
export function checkLines(checks: readonly Check[], { colour, nameWidth }: { colour: boolean; nameWidth: number }): string {
  return checks
    .map(({ name, status, detail, hint }) => {
      const [mark, style] = MARKS[status];
      const line = `${colour ? paint(style, mark) : mark} ${padToWidth(name, nameWidth)} ${detail}\n`;
      return hint === null ? line : `${line}  → ${hint}\n`;
    })
    .join('');
}
