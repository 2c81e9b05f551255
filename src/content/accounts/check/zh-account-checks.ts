import { type Catalogue, translator } from '../../../core/text/translator.ts';
import type { AccountCheck } from './account-checks.ts';

/** What account-checks.ts says. What creators, channels and sources say of themselves stays as it is. */
export const ZH_ACCOUNT_CHECKS = {
  active: '已启用',
  'paused: schedules request no contents': '已暂停：计划不再请求内容',
  'set its status to active when the reason is gone': '原因消除后把状态改为 active',
  'archived: requests are rejected': '已归档：请求会被拒绝',
  'set its status to active, or use another account': '把状态改为 active，或使用另一个账号',
  'there is no creator "{0}"': '没有创作器"{0}"',
  'choose one of {0}': '请从 {0} 中选择',
  'correct creatorOptions; GET /creators shows the schema': '改正 creatorOptions；GET /creators 显示它的 schema',
  'the creator accepts them': '创作器接受这些选项',
  'it can be used now': '现在可用',
  'it can be used now as {0}': '现在可用，身份是 {0}',
  'configure or repair the creator: contenthub creator list --refresh': '配置或修复创作器：contenthub creator list --refresh',
  'the account has no sources': '账号没有资料',
  'add sources, or write only with creators that need none': '添加资料，或只用不需要资料的创作器',
  '"{0}" can be read': '"{0}"可以读取',
  'correct or remove the source "{0}"': '改正或删除资料"{0}"',
  'it was not read within {0} s': '{0} 秒内没有读完',
  'no channel is enabled, so nothing can be published': '没有启用的渠道，无法发布',
  'add one: POST /accounts/{id}/channels': '添加一个：POST /accounts/{id}/channels',
  'disabled: nothing is sent to it': '已停用：不向它发送',
  'it cannot be used': '无法使用',
  'correct the configuration of the channel, or disable it': '改正渠道的配置，或停用它',
  'its rules leave no slot within a year': '它的规则使一年之内没有时段',
  'relax slots, dailyQuota, minGapMinutes or blackoutDays': '放宽 slots、dailyQuota、minGapMinutes 或 blackoutDays',
  'the next slot is {0}': '下一个时段是 {0}',
  'publishing is paused: entries of the pool wait': '发布已暂停：发布池的条目在等待',
  'resume it when the reason is gone': '原因消除后恢复',
  'publishing is not paused': '发布没有暂停',
  'approvals publish automatically, but no channel is enabled': '批准后会自动发布，但没有启用的渠道',
  'enable a channel, or turn autoPublish off': '启用一个渠道，或关闭 autoPublish',
} as const satisfies Catalogue;

const toChinese = translator(ZH_ACCOUNT_CHECKS);

/** The check with Chinese texts. Its name and status are the same. */
export function inChinese({ name, status, detail, remedy }: AccountCheck): AccountCheck {
  return { name, status, detail: toChinese(detail), remedy: remedy === null ? null : toChinese(remedy) };
}
