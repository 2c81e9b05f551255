import { describe, expect, it } from '@jest/globals';
import { clarity, givenFacets } from './facets.ts';

describe('what a passage gives', () => {
  it.each(['十二月开了会议。', '比赛从5月开始报名。'])('takes a month for a date and no amount: %s', (text) => {
    expect(givenFacets(text, 'zh')).not.toContain('amount');
  });

  it('takes a number of months for an amount', () => {
    expect(givenFacets('工程用了11个月。', 'zh')).toContain('amount');
  });

  it.each(['委员会在每周二开会。', '他是协会的会员。', '刚才有人来过。', '太阳下山了。'])(
    'takes no noun for a hint of a reason: %s',
    (text) => {
      expect(clarity(text, 'reason', 'zh')).toBe(0);
    },
  );

  it.each(['水一结冰管子会裂开。', '审批要先等三个部门签字。', '图纸改一次就要两周。'])(
    'takes an obstacle for a likely reason: %s',
    (text) => {
      expect(clarity(text, 'reason', 'zh')).toBe(0.5);
    },
  );

  it.each(['Frost stops the growth of the roots.', 'The first cold night triggers the flowering.'])(
    'takes a trigger for a likely reason: %s',
    (text) => {
      expect(clarity(text, 'reason', 'en')).toBe(0.5);
    },
  );

  it.each(['可以先擦干，再上油。', '种子要晒干，存入罐子。', '把底片装进纸袋。'])(
    'takes an allowed or a storing act for a way: %s',
    (text) => {
      expect(givenFacets(text, 'zh')).toContain('way');
    },
  );

  it('takes what makes something easier for an effect', () => {
    expect(givenFacets('A second gear makes the climb much easier.', 'en')).toContain('effect');
    expect(givenFacets('The village makes good cheese.', 'en')).not.toContain('effect');
  });
});
