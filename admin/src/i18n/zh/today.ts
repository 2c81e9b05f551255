import type { today as english } from '../en/today.ts';

const n = (value: number) => value.toLocaleString('zh-CN');

export const today: typeof english = {
  title: '今日',
  needs: (x) => (x === 0 ? '没有事情等着你' : `有 ${n(x)} 件事等着你`),
  calm: '需要人工处理的事会出现在这里。现在可以生成下一篇。',
  review: (x) => `${n(x)} 篇内容等你审核`,
  first: (title) => `风险最高：${title}`,
  toReview: '去审核',
  failed: (x) => `最近 7 天有 ${n(x)} 次生成失败`,
  again: '重新生成',
  details: '详情',
  publishing: (x) => `${n(x)} 次发布没有成功`,
  unknown: '不确定是否已经发布，请到渠道核对。',
  toPool: '发布池',
  gaps: (x) => `未来 7 天有 ${n(x)} 个发布日空着`,
  gap: (account, day) => `${account} 在 ${day} 没有内容`,
  fill: '补一篇',
  andMore: (x) => `另有 ${n(x)} 项`,
  inFlight: '正在写',
  noneInFlight: '现在没有正在写的内容',
  noTopic: '由资料决定选题',
  published: (x) => `最近 24 小时发布 ${n(x)} 篇`,
  start: '最初的五步',
  steps: { account: '添加账号', topic: '添加选题', generate: '生成内容', review: '审核', publish: '发布' },
  done: '已完成',
  generateFirst: '生成第一篇',
};
