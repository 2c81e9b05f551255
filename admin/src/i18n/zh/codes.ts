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
