import { expect, it } from '@jest/globals';
import { type AlertMessage, linesOf, sampleMessage, titleOf } from './alert-message.ts';
import { METRIC_NAMES } from './metric-catalogue.ts';

const NOW = new Date('2026-11-30T01:02:03.000Z');
const firing: AlertMessage = {
  ...sampleMessage(NOW),
  kind: 'firing',
  severity: 'critical',
  rule: 'backlog-high',
  labels: { queue: 'content' },
};

it('says in English or Chinese what happened and what to do', () => {
  expect([titleOf(firing, 'en'), ...linesOf(firing, 'en')]).toEqual([
    '[FIRING] critical: backlog-high',
    'Tasks of all queues that may start now.',
    'Value: 51, the rule is > 50',
    'queue=content',
    'Since 2026-11-30T01:02:03.000Z',
    'What to do: contenthub monitor pending, then contenthub task why <id>',
  ]);
  expect([titleOf(firing, 'zh'), ...linesOf(firing, 'zh')]).toEqual([
    '[告警] 严重：backlog-high',
    '所有队列中现在可以开始的任务数。',
    '当前值：51，规则为 > 50',
    'queue=content',
    '开始于 2026-11-30T01:02:03.000Z',
    '处理方法：先运行 contenthub monitor pending，再运行 contenthub task why <id>',
  ]);
});

it('has the labels and the address only if there are any, and the action only while the alert fires', () => {
  const url = 'https://hub.example/admin/alerts/1';
  const resolvedAt = '2026-11-30T02:00:00.000Z';
  expect(linesOf({ ...firing, labels: {}, kind: 'reminder', url }).slice(2)).toEqual([
    'Since 2026-11-30T01:02:03.000Z',
    'What to do: contenthub monitor pending, then contenthub task why <id>',
    url,
  ]);
  const resolved: AlertMessage = { ...firing, labels: {}, kind: 'resolved', resolvedAt };
  expect(linesOf(resolved).slice(2)).toEqual([`From 2026-11-30T01:02:03.000Z to ${resolvedAt}`]);
  expect(linesOf(resolved, 'zh').slice(2)).toEqual([`从 2026-11-30T01:02:03.000Z 到 ${resolvedAt}`]);
});

it.each(METRIC_NAMES)('has a Chinese text and action of %s', (metric) => {
  const resolved = { ...firing, metric, resolvedAt: NOW.toISOString(), kind: 'resolved' as const };
  const [description] = linesOf({ ...firing, metric }, 'zh');
  expect(description).toMatch(/\p{Script=Han}/u);
  expect(linesOf(resolved, 'zh').join()).not.toMatch(/\b(Value|Since|From|What)\b/);
});
