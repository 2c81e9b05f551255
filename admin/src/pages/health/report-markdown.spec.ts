import { describe, expect, it } from '@jest/globals';
import type { FullHealthReport } from '../../api/schema/types.gen.ts';
import { en } from '../../i18n/en/index.ts';
import { zh } from '../../i18n/zh/index.ts';
import { reportMarkdown } from './report-markdown.ts';

const REPORT: FullHealthReport = {
  status: 'down',
  checkedAt: '2026-11-30T10:00:00.000Z',
  checks: [
    { name: 'queues.backlog', status: 'ok', since: '2026-11-30T09:00:00.000Z', detail: '0 ready tasks', action: null },
    { name: 'new.check', status: 'down', since: '2026-11-30T09:30:00.000Z', detail: 'a\nb', action: 'contenthub task why <id>' },
  ],
};

describe('the health report as Markdown', () => {
  it('lists what does not work first, with what to do', () => {
    expect(reportMarkdown(REPORT, en).split('\n')).toEqual([
      '# ContentHub: Something does not work',
      '',
      '2026-11-30T10:00:00.000Z',
      '',
      '- **down** new.check (`new.check`): a b (since 2026-11-30T09:30:00.000Z)',
      String.raw`  - What to do: contenthub task why \<id\>`,
      expect.stringMatching(/^- \*\*ok\*\* .+ \(`queues\.backlog`\): 0 ready tasks \(since 2026-11-30T09:00:00\.000Z\)$/),
      '',
    ]);
  });

  it('has the words of the page in Chinese', () => {
    expect(reportMarkdown(REPORT, zh)).toContain('- **正常** 队列积压 (`queues.backlog`)');
  });
});
