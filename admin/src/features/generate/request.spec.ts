import { expect, it } from '@jest/globals';
import { commandOf, curlOf, EMPTY_FORM, requestOf } from './request.ts';

const ACCOUNT = '01a22a67-ea62-761b-8a6e-c785d77633a0';

it('leaves to the account what was not given', () => {
  expect(requestOf(EMPTY_FORM, ACCOUNT)).toEqual({ accountId: ACCOUNT, autoApprove: false });
});

it('splits keywords at the commas of both languages, and sends the time as UTC', () => {
  const form = { ...EMPTY_FORM, topic: ' Tea ', keywords: '绿茶，green tea, ', priority: 8, at: '2026-12-01T09:00' };
  const at = new Date('2026-12-01T09:00').toISOString();
  const expected = { accountId: ACCOUNT, topic: 'Tea', keywords: ['绿茶', 'green tea'], priority: 8, autoApprove: false, runAt: at };
  expect(requestOf(form, ACCOUNT)).toEqual(expected);
});

it('quotes for the shell, so that a topic cannot run a command', () => {
  const body = { accountId: 'a', topic: "Tom's $(id)", autoApprove: true };
  expect(commandOf(body)).toBe(`npx contenthub content generate --account 'a' --topic 'Tom'\\''s $(id)' --auto-approve --async`);
  expect(curlOf('http://x', body)).toContain(`-d '{"accountId":"a","topic":"Tom'\\''s $(id)","autoApprove":true}'`);
});
