import type { MetricName } from './metric-catalogue.ts';

interface MetricTexts {
  readonly description: string;
  readonly action: string;
}

const SEE_FAILURES = 'contenthub monitor failed 按原因分组显示';
const SEE_WAITING = '先运行 contenthub monitor pending，再运行 contenthub task why <id>';

/** The texts of METRICS in Chinese, for notifications. Commands stay as they are typed. */
export const METRIC_TEXTS_ZH: Readonly<Record<MetricName, MetricTexts>> = {
  backlog: { description: '所有队列中现在可以开始的任务数。', action: SEE_WAITING },
  queue_depth: { description: '某个队列中现在可以开始的任务数。', action: SEE_WAITING },
  oldest_waiting_seconds: { description: '某个队列中最早的就绪任务已等待的时间，不含已暂停的队列。', action: SEE_WAITING },
  tasks_without_handler: {
    description: '某个队列中没有任何在线进程或代理能够执行的就绪任务数。',
    action: '启动包含该任务的工作进程或代理，或取消这些任务',
  },
  queue_paused_seconds: { description: '某个队列已暂停的时间。', action: 'contenthub queue resume <name>' },
  overdue_leases: {
    description: '过期超过一分钟且没有进程接管的租约数。',
    action: '启动带有 scheduler 角色的进程，或重启循环卡住的进程',
  },
  failure_rate: { description: '今天和昨天（UTC）结束的任务中失败和超时的比例。', action: SEE_FAILURES },
  timeout_rate: { description: '今天和昨天（UTC）结束的任务中超时的比例。', action: 'contenthub task list --status timeout' },
  daily_failures: { description: '今天（UTC）失败或超时的任务数。', action: SEE_FAILURES },
  daily_retries: { description: '今天（UTC）失败后又重试的执行次数。', action: SEE_FAILURES },
  daily_rescues: { description: '今天（UTC）从失联的工作进程收回的任务数。', action: '检查是否有工作进程崩溃' },
  workers_online: { description: '正在发送心跳的工作进程数。', action: '启动带有 worker 角色的进程' },
  agents_offline: { description: '没有发送心跳的代理数。', action: '重新启动它们，或运行 contenthub agent remove <id>' },
  agents_quarantined: { description: '因崩溃而不再获得任务的代理数。', action: '先查看它们的日志，再运行 contenthub agent resume <id>' },
  schedule_late_seconds: { description: '某个定时计划到期后未触发的时间。', action: '启动带有 scheduler 角色的进程，或查看其日志' },
  outbox_oldest_seconds: { description: '最早一个等待投递任务的事件的等待时间。', action: '启动带有 scheduler 角色的进程，或查看其日志' },
  publications_overdue: {
    description: '已批准但在预定时间两分钟后仍未发布的条目数。',
    action: 'contenthub pool list 显示每个条目在等待什么',
  },
  publications_failed: { description: '发布失败的条目数。', action: '渠道恢复后运行 contenthub pool retry <entry>' },
  publications_outcome_unknown: {
    description: '无法确定是否已发布的条目数。',
    action: '先查看渠道，再运行 contenthub pool settle <entry>',
  },
  budget_used_percent: { description: '某个启用的预算已花费和已预留的比例。', action: 'contenthub budget list' },
  loop_late_seconds: {
    description: '调度进程的某个循环没有成功的时间。按时的循环没有序列。',
    action: '消除日志中指出的原因；数据库故障期间不要重启',
  },
  queue_driver_problems: { description: '调度进程的队列驱动报告的问题数。', action: '恢复 Redis；在此之前由 PostgreSQL 唤醒工作进程' },
  oldest_transaction_seconds: {
    description: '数据库中最早的未结束事务的时间。',
    action: '在 pg_stat_activity 中查找它；它会阻止任务表的清理',
  },
  evaluation_gap_seconds: {
    description: '本轮之前没有评估任何规则的时间：数据库没有响应，或没有调度进程运行。否则为 0。',
    action: '查看调度进程和数据库的日志；一分钟之内不会触发其他告警',
  },
  unreadable_metrics: { description: '本轮无法读取的指标数。相关规则的告警保持原状态。', action: '查看调度进程的日志' },
};
