import { type Refusal, type Refusals, UNKNOWN_ID } from './refusal.ts';
const refusedAccount = (changes: object, pointer: string): Refusal => ({
  path: '/accounts',
  body: { name: 'new', platform: 'blog', ...changes },
  status: 422,
  code: 'invalid_body',
  pointer,
});
export const ACCOUNTS: Refusals = {
  'a name of spaces': { ...refusedAccount({ name: ' ' }, '/name'), hint: 'name must not be blank' },
  'a name that is a number': { ...refusedAccount({ name: 5 }, '/name'), hint: 'name must be a string' },
  'an unsupported language': { ...refusedAccount({ language: 'fr' }, '/language'), hint: 'zh, en' },
  'a language of null': refusedAccount({ language: null }, '/language'),
  'a voice of null': refusedAccount({ voice: null }, '/voice'),
  'a voice with an unknown wish': refusedAccount({ voice: { tone: 'calm', volume: 3 } }, '/voice/volume'),
  'sections of null': refusedAccount({ sections: [null] }, '/sections/0'),
  'sources that are numbers': refusedAccount({ sources: [5] }, '/sources/0'),
  'notes without a text': { ...refusedAccount({ sources: [{ type: 'notes' }] }, '/sources/0/text'), hint: 'text is required' },
  'a feed without an address': refusedAccount({ sources: [{ type: 'rss' }] }, '/sources/0/location'),
  'a time zone that is none': refusedAccount({ timeZone: 'Mars/Olympus' }, '/timeZone'),
  'a name that is taken': {
    path: '/accounts',
    body: { name: 'taken', platform: 'x' },
    status: 409,
    code: 'account_name_taken',
    pointer: '/name',
  },
};

export const CONTENT_TASKS: Refusals = {
  'no account': { path: '/content-tasks', body: { topic: 'x' }, status: 422, code: 'account_required', pointer: '/accountId' },
  'an account named twice': {
    path: '/content-tasks',
    body: { account: 'taken', accountId: UNKNOWN_ID, topic: 'x' },
    status: 422,
    code: 'account_named_twice',
  },
  'an unknown account': {
    path: '/content-tasks',
    body: { account: 'nobody', topic: 'x' },
    status: 422,
    code: 'account_not_found',
    pointer: '/account',
  },
  'the id of no account': {
    path: '/content-tasks',
    body: { accountId: UNKNOWN_ID, topic: 'x' },
    status: 422,
    code: 'account_not_found',
    pointer: '/accountId',
  },
  'lengths that contradict each other': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', minWords: 900, maxWords: 300 },
    status: 422,
    code: 'lengths_contradict',
    pointer: '/minWords',
  },
  'a callback to no web address': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', callbackUrl: 'file:///etc/passwd' },
    status: 422,
    code: 'invalid_body',
    pointer: '/callbackUrl',
  },
  'the same as a named task': {
    path: '/tasks/content-generation/execute/api',
    body: { params: { accountId: UNKNOWN_ID } },
    status: 422,
    code: 'account_not_found',
  },
  'an archived account': {
    path: '/content-tasks',
    body: { account: 'put-away', topic: 'x' },
    status: 422,
    code: 'account_not_active',
    pointer: '/accountId',
  },
  'a task id that is taken': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', taskId: 'taken' },
    status: 409,
    code: 'task_id_taken',
    pointer: '/taskId',
  },
  'a task id with a slash': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', taskId: 'a/b' },
    status: 422,
    code: 'invalid_body',
    pointer: '/taskId',
  },
  'a topic of spaces': {
    path: '/content-tasks',
    body: { account: 'taken', topic: '  ' },
    status: 422,
    code: 'invalid_body',
    pointer: '/topic',
  },
  'autoApprove null': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', autoApprove: null },
    status: 422,
    code: 'invalid_body',
    pointer: '/autoApprove',
  },
  'a priority out of range': {
    path: '/content-tasks',
    body: { account: 'taken', topic: 'x', priority: 11 },
    status: 422,
    code: 'invalid_body',
    pointer: '/priority',
  },
};

const refusedChange = (tag: string | undefined, body: object, status: number, code: string): Refusal => ({
  method: 'PATCH',
  path: '/accounts/{taken}',
  body,
  headers: tag === undefined ? {} : { 'if-match': tag },
  status,
  code,
});
export const CHANGES: Refusals = {
  'without If-Match': refusedChange(undefined, { owner: 'x' }, 428, 'if_match_required'),
  'of an old version': refusedChange('"v0"', { owner: 'x' }, 412, 'version_changed'),
  'with a weak tag': refusedChange('W/"v1"', { owner: 'x' }, 412, 'version_changed'),
  'with no tag': refusedChange('v1', { owner: 'x' }, 400, 'invalid_if_match'),
  'to a name of null': refusedChange('"v1"', { name: null }, 422, 'invalid_body'),
  'to a status that is none': refusedChange('"v1"', { status: 'gone' }, 422, 'invalid_body'),
  'to a name that is taken': refusedChange('"v1"', { name: 'put-away' }, 409, 'account_name_taken'),
};
