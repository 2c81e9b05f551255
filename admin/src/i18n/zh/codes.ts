import type * as english from '../en/codes.ts';

export const errorCodes: typeof english.errorCodes = {
  transient: '暂时失败',
  rate_limited: '请求过多',
  timeout: '超时未答复',
  invalid_input: '请求无法使用',
  invalid_output: '结果无法使用',
  insufficient_material: '资料太少',
  rejected: '被拒绝',
  rejected_content: '内容被拒绝',
  budget_exceeded: '预算已用完',
  unknown_outcome: '结果未知',
  incompatible: '写手不理解这个请求',
  nothing_to_write: '没有可写的内容',
  cancelled: '已取消',
  crashed: '进程崩溃',
  internal: '程序错误',
};

export const methods: typeof english.methods = {
  'language model': '由语言模型写成',
  'extractive digest': '摘自资料原句，未用模型',
  'a list of own': '本账号文章汇总，每篇引一句，未用模型',
  'writing kit': '供作者使用的写作素材包，未用模型',
  'a template and named': '由数据表计算而成，未用模型',
  'another system': '由其他系统写成',
  simulation: '测试用的模拟内容，未用模型',
};

/** The checks of the health report. */
export const checks: typeof english.checks = {
  'database.write': '数据库写入',
  'database.latency': '数据库延迟',
  'database.pools': '数据库连接',
  'database.clock': '数据库时钟',
  'loops.late': '后台工作：按时',
  'loops.stuck': '后台工作：未卡住',
  'queue.driver': '队列驱动',
  'process.accepting': '接受请求',
  'process.memory': '内存',
  'process.event_loop': '事件循环',
  'queues.backlog': '队列积压',
  'queues.oldest': '队列中最久的任务',
  'queues.handlers': '队列的处理程序',
  'queues.paused': '暂停的队列',
  'tasks.failures': '失败的任务',
  'tasks.timeouts': '超时的任务',
  'tasks.rescue': '租约过期的任务',
  'workers.online': '在线的工作进程',
  'agents.offline': '失联的代理',
  'agents.quarantine': '被隔离的代理',
  'publishing.overdue': '逾期的发布',
  'publishing.failed': '失败的发布',
  'publishing.outcome': '结果未知的发布',
  'webhooks.paused': '暂停的回调',
  'webhooks.failing': '失败的回调',
};
