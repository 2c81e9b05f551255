import { describe, expect, it } from '@jest/globals';
import { accountChecks, type AccountFacts, worstOf } from './account-checks.ts';

const USABLE = { usable: true, identity: null, problems: [] };
const HEALTHY: AccountFacts = {
  status: 'active',
  creator: 'offline',
  creatorHealth: { usable: true, detail: null },
  knownCreators: ['llm', 'offline'],
  optionFaults: [],
  channels: [{ name: 'site', enabled: true, probe: USABLE }],
  publishing: { paused: false, autoPublish: false, nextSlot: '2026-12-01T09:00' },
  sources: [{ label: 'docs', fault: null }],
};

const troubles = (facts: Partial<AccountFacts>) =>
  accountChecks({ ...HEALTHY, ...facts }).flatMap(({ name, status, remedy }) => (status === 'ok' ? [] : [[name, status, remedy !== null]]));

describe('the checks of an account', () => {
  it('are all ok for an account that works', () => {
    const checks = accountChecks(HEALTHY);
    expect(checks.map(({ name }) => name)).toEqual([
      'account.status',
      'creator.known',
      'creator.options',
      'creator.usable',
      'sources.1',
      'channels.site',
      'publishing.slots',
      'publishing.paused',
    ]);
    expect([worstOf(checks), checks.every(({ remedy }) => remedy === null)]).toEqual(['ok', true]);
  });

  it.each<[string, Partial<AccountFacts>, [string, string]]>([
    ['a paused account', { status: 'paused' }, ['account.status', 'warn']],
    ['an archived account', { status: 'archived' }, ['account.status', 'fail']],
    ['an unknown creator', { creatorHealth: undefined }, ['creator.known', 'fail']],
    ['options that the creator rejects', { optionFaults: ['/creatorOptions/x is unknown'] }, ['creator.options', 'fail']],
    ['a creator without a key', { creatorHealth: { usable: false, code: 'not_configured', detail: 'no key' } }, ['creator.usable', 'fail']],
    ['no sources', { sources: [] }, ['sources.configured', 'warn']],
    ['a source that is away', { sources: [{ label: 'feed', fault: 'It answered 404.' }] }, ['sources.1', 'fail']],
    ['no channel', { channels: [] }, ['channels.enabled', 'warn']],
    [
      'a channel without its secret',
      {
        channels: [
          {
            name: 'blog',
            enabled: true,
            probe: { usable: false, identity: null, problems: [{ pointer: '/key', code: 'x', detail: 'unset' }] },
          },
        ],
      },
      ['channels.blog', 'fail'],
    ],
    ['no slot within a year', { publishing: { paused: false, autoPublish: false, nextSlot: null } }, ['publishing.slots', 'fail']],
    ['paused publishing', { publishing: { paused: true, autoPublish: false, nextSlot: 'x' } }, ['publishing.paused', 'warn']],
  ])('name %s, with a remedy', (_, facts, [name, status]) => {
    expect(troubles(facts)).toEqual([[name, status, true]]);
  });

  it('fail when approvals would publish to no channel', () => {
    const channels = [{ name: 'site', enabled: false, probe: null }];
    const publishing = { paused: false, autoPublish: true, nextSlot: 'x' };
    expect(troubles({ channels, publishing }).map(([name]) => name)).toEqual(['channels.enabled', 'publishing.auto']);
  });
});
