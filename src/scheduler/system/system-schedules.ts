import type { ScheduleWords } from '../../core/schedule/describe.ts';

/** Periodic work of the product itself. Its loop is registered by the same name in LoopRegistry. */
export interface SystemSchedule {
  readonly name: string;
  readonly does: ScheduleWords;
  /** What does not happen while it is paused; null when it cannot be paused, because tasks would be lost or stuck. */
  readonly whilePaused: ScheduleWords | null;
}

export const SYSTEM_SCHEDULES: readonly SystemSchedule[] = [
  {
    name: 'alerts',
    does: { en: 'Evaluates the alert rules, and sends notifications', zh: '检查告警规则，并发送通知' },
    whilePaused: { en: 'No alert fires or resolves, and no notification is sent.', zh: '告警不会触发或恢复，也不会发送通知。' },
  },
  {
    name: 'budgets',
    does: {
      en: 'Settles the cost of external work, closes reservations of ended processes, and warns',
      zh: '结算外部任务的费用，关闭已结束进程的预留，并发出提醒',
    },
    whilePaused: {
      en: 'The highest cost of ended external work and the reservations of ended processes stay reserved, and budgets do not warn.',
      zh: '已结束的外部任务仍按最高费用预留，已结束进程的预留不会关闭，预算也不再发出提醒。',
    },
  },
  {
    name: 'cleaner',
    does: {
      en: 'Deletes tasks, histories and files that the retention settings no longer keep',
      zh: '删除超过保留期限的任务、历史记录和文件',
    },
    whilePaused: { en: 'Nothing old is deleted, and the database grows.', zh: '旧数据不会被删除，数据库会不断增大。' },
  },
  {
    name: 'creator-work',
    does: { en: 'Closes work in other systems whose task has ended', zh: '关闭任务已经结束的外部创作工作' },
    whilePaused: {
      en: 'Work in other systems goes on after its task was cancelled or timed out.',
      zh: '任务取消或者超时以后，外部系统里的工作不会停止。',
    },
  },
  {
    name: 'event-dispatcher',
    does: { en: 'Submits the deliveries of events that are due', zh: '提交到期的事件投递' },
    whilePaused: {
      en: 'Webhooks get no events; the events are kept and delivered later.',
      zh: '网络回调收不到事件；事件会保留，恢复以后再投递。',
    },
  },
  {
    name: 'external-work',
    does: { en: 'Polls creators that work in other systems for the status of their tasks', zh: '向外部创作系统轮询任务状态' },
    whilePaused: {
      en: 'Results of other systems arrive by callback only, and tasks without one run into their time limit.',
      zh: '外部系统的结果只能通过回调到达，没有回调的任务会超时。',
    },
  },
  {
    name: 'promoter',
    does: {
      en: 'Makes tasks ready whose start, retry or dependency has come',
      zh: '让到达开始时间、重试时间或者依赖已经完成的任务进入就绪状态',
    },
    whilePaused: null,
  },
  {
    name: 'publish-pool',
    does: { en: 'Submits the entries of the publish pool that are due', zh: '提交发布池里到期的条目' },
    whilePaused: {
      en: 'Nothing is published at its time. Entries that are due meanwhile are published after the resumption.',
      zh: '到期的内容不会发布，恢复以后才会补发。',
    },
  },
  {
    name: 'rescuer',
    does: { en: 'Gives tasks of lost workers to others', zh: '把失联工作进程的任务交给其他进程' },
    whilePaused: null,
  },
  {
    name: 'schedules',
    does: { en: 'Fires schedules that are due', zh: '触发到期的调度计划' },
    whilePaused: {
      en: 'No schedule fires. Due times that pass meanwhile follow the misfire policy of each schedule after the resumption.',
      zh: '任何调度计划都不会触发；期间错过的时间在恢复以后按照各个计划的错过策略处理。',
    },
  },
  {
    name: 'statistics',
    does: { en: 'Counts tasks into the statistics of days', zh: '把任务计入每日统计' },
    whilePaused: {
      en: 'The statistics of days are not counted on. They catch up after the resumption, unless the cleaner has deleted tasks by then.',
      zh: '每日统计不再更新；恢复以后会补上，除非任务已经被清理。',
    },
  },
  {
    name: 'sweeper',
    does: { en: 'Ends tasks that exceed their time limit', zh: '结束超过时间限制的任务' },
    whilePaused: null,
  },
  {
    name: 'topics',
    does: { en: 'Releases topics of failed content tasks, and expires old topics', zh: '放回失败任务的选题，并让过期的选题失效' },
    whilePaused: {
      en: 'Topics of failed content tasks stay reserved, and old topics stay open.',
      zh: '失败任务的选题一直处于占用状态，过期的选题不会失效。',
    },
  },
];
