import { describe, expect, it } from '@jest/globals';
import { readList, readState } from './content-creator-output.ts';

describe('the output of content-creator 0.2', () => {
  it.each([
    ['⏳ 待处理', 'pending'],
    ['🔄 运行中', 'running'],
    ['⏸️ 等待中', 'waiting'],
    ['✅ 已完成', 'completed'],
    ['❌ 失败', 'failed'],
    ['🚫 已取消', 'cancelled'],
  ])('the state %s is %s', (label, status) => {
    expect(readState(`=====\n任务ID: x\n状态: ${label}\n当前步骤: 无\n错误信息:\n  no quota\n`)).toEqual({
      status,
      errorMessage: 'no quota',
    });
    expect(readState(`状态：${label}`)).toEqual({ status, errorMessage: null });
  });

  it('a state that is not known is incompatible, with the first 500 characters', () => {
    expect(() => readState(`状态: 休眠\n${'x'.repeat(600)}`)).toThrow(/no known state\. The answer began with: 状态: 休眠\nx{493}$/);
  });

  it('a list begins at the first line that is a bracket, not at the first bracket', () => {
    expect(readList('◇ tip [ok]\n[Config] ready\n[]\n')).toEqual([]);
    expect(() => readList('◇ tip [ok]')).toThrow('printed no array');
  });
});
