import { type Catalogue, translator } from '../text/translator.ts';
import type { HealthCheck } from './health-check.ts';

/** What process-checks.ts, installation-checks.ts and the probe of the database say. Names, commands and settings are the same in each language. */
export const ZH_HEALTH_CHECKS = {
  // the database
  'not measured yet': '尚未测量',
  'not measured': '没有测量',
  'accepts writes': '接受写入',
  'no write was accepted for 15 s': '15 秒内没有接受任何写入',
  'look at the database server, its disk and DATABASE_URL': '检查数据库服务器、磁盘和 DATABASE_URL',
  'a write takes {0} ms': '一次写入用 {0} 毫秒',
  'look for slow statements, a full disk and a busy machine': '检查是否有慢语句、磁盘已满或机器繁忙',
  '{0} statements wait for the pool {1}': '{0} 条语句在等待连接池 {1}',
  '{0} statements wait for the pool {1}, {2} statements wait for the pool {3}': '{0} 条语句在等待连接池 {1}，{2} 条在等待 {3}',
  'remove slow statements, or raise DATABASE_POOL_SIZE': '消除慢语句，或调大 DATABASE_POOL_SIZE',
  'no statement waits for a connection': '没有语句在等待连接',
  '{0} s apart from the clock of the database': '与数据库的时钟相差 {0} 秒',
  'synchronise the clocks of the machines (NTP)': '同步各机器的时钟（NTP）',
  'the database is read-only': '数据库是只读的',
  'the database accepts no more connections ({0})': '数据库不再接受连接（{0}）',
  'the database cannot write ({0})': '数据库无法写入（{0}）',
  'the database refuses the probe ({0})': '数据库拒绝检查（{0}）',
  'the database does not exist ({0})': '数据库不存在（{0}）',
  'the database refuses the login ({0})': '数据库拒绝登录（{0}）',
  'the database was too slow to answer ({0})': '数据库应答太慢（{0}）',
  'the database does not answer': '数据库没有应答',
  'the database does not answer ({0})': '数据库没有应答（{0}）',
  // loops and the queue driver
  '{0} loops are in time': '{0} 个循环都按时运行',
  'remove the cause; do not restart during an outage of the database': '排除原因；数据库中断期间不要重启',
  'no round hangs': '没有卡住的循环',
  'restart this process': '重启本进程',
  'no problem': '没有问题',
  'restore Redis; until then PostgreSQL wakes the workers': '恢复 Redis；在此之前由 PostgreSQL 唤醒工作进程',
  // the process
  'it shuts down': '正在关闭',
  'wait for its successor': '等待接替它的进程',
  'it accepts requests': '接受请求',
  'the heap is {0} full': '堆内存已用 {0}',
  'run fewer tasks in this process, or raise --max-old-space-size': '让本进程少运行任务，或调大 --max-old-space-size',
  'busy {0} of the time': '{0} 的时间在忙',
  "run handlers that compute with isolation 'process', or add processes": "用隔离方式 'process' 运行计算型处理程序，或增加进程",
  // queues and tasks
  '{0} ready tasks': '{0} 个可领取的任务',
  'add slots or worker processes, or see what holds them: contenthub monitor pending':
    '增加槽位或工作进程，或查看原因：contenthub monitor pending',
  'a ready task has waited {0} min': '有一个可领取的任务已等待 {0} 分钟',
  'contenthub monitor pending, then contenthub task why <id>': '先 contenthub monitor pending，再 contenthub task why <id>',
  'the oldest ready task has waited {0} min': '最久的可领取任务已等待 {0} 分钟',
  'no process or agent can run tasks of {0}': '没有进程或代理能运行这些队列的任务：{0}',
  'start a worker or an agent that has the task, or cancel them': '启动有该任务的工作进程或代理，或取消它们',
  'every ready task has a process or agent for it': '每个可领取的任务都有能运行它的进程或代理',
  'paused: {0}': '已暂停：{0}',
  'contenthub queue resume <name> when the reason is gone': '原因消除后：contenthub queue resume <name>',
  'none is paused': '没有暂停的',
  '{0} failed since yesterday': '昨天以来失败 {0}',
  'contenthub monitor failed groups them by cause': 'contenthub monitor failed 按原因分组显示',
  '{0} timed out since yesterday': '昨天以来超时 {0}',
  'find what became slow: contenthub task list --status timeout': '找出变慢的部分：contenthub task list --status timeout',
  '{0} leases expired over a minute ago': '{0} 个租约过期超过一分钟',
  'start a process with the role scheduler, or restart the one whose loop hangs': '启动一个 scheduler 角色的进程，或重启循环卡住的那个',
  'no lease is overdue': '没有过期的租约',
  // workers and agents
  'start a process with the role worker': '启动一个 worker 角色的进程',
  'none, and tasks wait': '没有，且有任务在等待',
  none: '没有',
  '{0} worker processes': '{0} 个工作进程',
  '{0} agents send no heartbeats': '{0} 个代理没有心跳',
  'start them again, or contenthub agent remove <id>': '重新启动它们，或 contenthub agent remove <id>',
  'every agent sends heartbeats': '每个代理都有心跳',
  '{0} agents get no tasks': '{0} 个代理不再获得任务',
  'look at their log, then contenthub agent resume <id>': '查看它们的日志，再 contenthub agent resume <id>',
  'no agent is in quarantine': '没有被隔离的代理',
  // publishing and webhooks
  '{0} entries are late': '{0} 个条目逾期',
  'contenthub pool list shows what each one waits for': 'contenthub pool list 显示各自在等待什么',
  'no entry is late': '没有逾期的条目',
  '{0} entries failed': '{0} 个条目失败',
  'contenthub pool retry <entry> when the channel works': '渠道恢复后：contenthub pool retry <entry>',
  'no entry failed': '没有失败的条目',
  '{0} entries may or may not be published': '{0} 个条目不确定是否已发布',
  'look at the channel, then contenthub pool settle <entry>': '查看渠道，再 contenthub pool settle <entry>',
  'every outcome is known': '所有结果都已知',
  'contenthub webhook show <webhook> tells why; contenthub webhook resume <webhook> when the receiver works':
    'contenthub webhook show <webhook> 显示原因；接收方恢复后：contenthub webhook resume <webhook>',
  'the last attempt of {0} failed': '{0} 个的最近一次尝试失败',
  'contenthub webhook deliveries <webhook> --status pending shows the errors':
    'contenthub webhook deliveries <webhook> --status pending 显示错误',
  'the last attempt of each succeeded': '每个的最近一次尝试都成功',
} as const satisfies Catalogue;

const toChinese = translator(ZH_HEALTH_CHECKS);

/** The check with Chinese texts. Its name and status are the same. */
export function inChinese<Check extends HealthCheck>(check: Check): Check {
  return { ...check, detail: toChinese(check.detail), action: check.action === null ? null : toChinese(check.action) };
}
