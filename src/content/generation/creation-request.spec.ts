import { describe, expect, it } from '@jest/globals';
import { toCreationRequest } from './creation-request.ts';

const account = {
  id: '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f',
  name: 'notes',
  voice: { tone: 'calm', minWords: 500, maxWords: 900 },
  sections: [],
  sources: [],
  language: 'en' as const,
};
const requestOf = (changes: object, of: object = {}) =>
  toCreationRequest({ accountId: account.id, topic: 'Tides', ...changes }, { ...account, ...of }, {});

describe('the request that a creator gets', () => {
  it.each([
    [{}, { minWords: 500, maxWords: 900 }],
    [{ minWords: 600 }, { minWords: 600, maxWords: 900 }],
    [{ minWords: 1_200 }, { minWords: 1_200, maxWords: undefined }],
    [{ maxWords: 300 }, { minWords: undefined, maxWords: 300 }],
    [
      { minWords: 100, maxWords: 200 },
      { minWords: 100, maxWords: 200 },
    ],
  ])('for %j has the lengths %j', (changes, lengths) => {
    expect(requestOf(changes).account.voice).toEqual({ tone: 'calm', ...lengths });
  });

  it('names the readers in the requirements, in the language of the account', () => {
    expect(requestOf({}).requirements).toBeNull();
    expect(requestOf({ audience: 'sailors' }).requirements).toBe('Readers: sailors');
    expect(requestOf({ audience: '水手', requirements: '两个例子' }, { language: 'zh' }).requirements).toBe('两个例子\n目标受众：水手');
  });
});
