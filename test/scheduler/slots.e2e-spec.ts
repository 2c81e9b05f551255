import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Account, ContentClient } from '../api/content-client.ts';
import { runCli } from '../cli/run-cli.ts';
import type { ScheduleView } from '../../src/scheduler/schedule.view.ts';
import { startApplication, type TestApplication, type Wire } from '../support/application.ts';
import { waitFor } from '../support/wait-for.ts';

type View = Wire<ScheduleView>;

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7];
const daily = (time: string) => WEEKDAYS.map((weekday) => ({ weekday, time }));

let server: TestApplication;
let client: ContentClient;
let made = 0;
beforeAll(async () => {
  server = await startApplication({ handlers: [{ name: 'quick', handle: () => Promise.resolve({}) }] });
  client = new ContentClient(server.http);
});
afterAll(() => server.close());
afterEach(() => server.sql('DELETE FROM schedules'));

const account = (publishing: object = { slots: daily('09:00') }, fields: object = {}) =>
  client.createAccount({ timeZone: 'Asia/Shanghai', publishing, ...fields });
const post = ({ id }: { id: string }, trigger: object = {}, fields: object = {}) =>
  server.http<View>('POST', '/schedules', {
    name: `slots-${(made += 1)}`,
    taskName: 'quick',
    trigger: { type: 'slots', accountId: id, ...trigger },
    ...fields,
  });
const get = async (id: string) => (await server.http<View>('GET', `/schedules/${id}`)).body;
const change = ({ id }: Account, fields: object) => client.patch(`/accounts/${id}`, fields, '*');
const timesOf = (dues: readonly string[]) => [...new Set(dues.map((due) => due.slice(11, 16)))];

describe('a schedule of the slots of an account', () => {
  it('is due at the slots in the zone of the account, or before them', async () => {
    const owner = await account();
    const { status, body } = await post(owner);
    expect([status, body.timeZone, timesOf(body.next)]).toEqual([201, 'Asia/Shanghai', ['01:00']]);
    expect(body.description).toEqual({
      en: 'At the publishing slots of the account: Mon, Tue, Wed, Thu, Fri, Sat, Sun 09:00 (Asia/Shanghai)',
      zh: '在账号的发布时段：周一、周二、周三、周四、周五、周六、周日 09:00（Asia/Shanghai）',
    });
    const early = (await post(owner, { leadMinutes: 90 })).body;
    expect(timesOf(early.next)).toEqual(['23:30']);
    expect(early.description.en).toContain('90 minutes before the publishing slots');
  });

  it('is refused without slots, without an account, and with a zone of its own', async () => {
    const none = await account({});
    expect((await post(none)).body).toMatchObject({ code: 'never_fires', errors: [{ pointer: '/trigger/accountId' }] });
    const unknown = { id: '01926f3e-7b3a-7c1d-9a5e-2f4b6c8d0e1f' };
    expect((await post(unknown)).body).toMatchObject({ code: 'account_not_found', errors: [{ pointer: '/trigger/accountId' }] });
    expect((await post(none, {}, { timeZone: 'UTC' })).body).toMatchObject({ errors: [{ pointer: '/timeZone' }] });
    expect((await post(none, { expression: '* * * * *' })).body).toMatchObject({ errors: [{ pointer: '/trigger/expression' }] });
  });

  it('is due at the new slots as soon as the account is changed, paused or not', async () => {
    const owner = await account();
    const [running, paused] = [(await post(owner)).body, (await post(owner)).body];
    await server.http('POST', `/schedules/${paused.id}/pause`);
    await change(owner, { publishing: { slots: daily('10:30'), author: 'me' }, timeZone: 'Europe/London' });
    for (const { id } of [running, paused]) {
      const view = await get(id);
      expect([view.timeZone, view.trigger]).toMatchObject(['Europe/London', { accountId: owner.id, slots: daily('10:30') }]);
      expect(view.nextDueAt).toBe(view.next[0]);
    }
    const stored = async () =>
      (
        await server.sql<{ at: Date }>('SELECT next_due_at AS at FROM schedules WHERE id = $1 AND slots_changed_at IS NULL', [running.id])
      )[0];
    expect((await waitFor(stored, { what: 'the pulse to find the next due time' })).at.toISOString()).toBe(
      (await get(running.id)).nextDueAt,
    );
    expect((await server.http<View>('POST', `/schedules/${paused.id}/resume`)).body).toMatchObject({ status: 'active' });
    expect((await server.http('GET', `/schedules/${paused.id}/history`)).body).toMatchObject({ items: [] });
  });

  it('is changed and skips a due time right after the account was changed', async () => {
    const owner = await account();
    const { id } = (await post(owner)).body;
    await server.http('POST', `/schedules/${id}/pause`); // no pulse comes between
    await change(owner, { publishing: { slots: daily('11:00') } });
    const patched = await server.http<View>('PATCH', `/schedules/${id}`, { overlap: 'allow' }, { 'if-match': '*' });
    expect([patched.body.nextDueAt, timesOf(patched.body.next)]).toEqual([patched.body.next[0], ['03:00']]);
    await change(owner, { publishing: { slots: daily('12:00') } });
    const { body: skipped } = await server.http<View>('POST', `/schedules/${id}/skip-next`, undefined, { 'if-match': '*' });
    expect([skipped.nextDueAt, timesOf(skipped.next)]).toEqual([skipped.next[1], ['04:00']]);
  });

  it('leaves out blackout days, rests without slots and continues with new ones', async () => {
    const owner = await account();
    const { id, next } = (await post(owner)).body;
    const day = (next[0] ?? '').slice(0, 10);
    await change(owner, { publishing: { slots: daily('09:00'), blackoutDays: [day] } });
    expect((await get(id)).next[0]).toBe(next[1]);
    await change(owner, { publishing: {} });
    expect(await get(id)).toMatchObject({ status: 'finished', nextDueAt: null, next: [] });
    await waitFor(async () => (await server.sql('SELECT FROM schedules WHERE id = $1 AND next_due_at IS NULL', [id])).length === 1, {
      what: 'the pulse to find no due time',
    });
    await change(owner, { publishing: { slots: daily('09:00') } });
    expect(await get(id)).toMatchObject({ status: 'active', nextDueAt: next[0] });
    await server.http('DELETE', `/accounts/${owner.id}?erase=true`);
    expect(await get(id)).toMatchObject({ status: 'finished', trigger: { slots: [] } });
  });

  it('keeps a due time that has come when the account is changed', async () => {
    const owner = await account();
    const { id } = (await post(owner, {}, { misfire: 'last' })).body;
    // The pulse sees both changes at once.
    const set = `next_due_at = date_trunc('second', app_clock()) - interval '1 s', next_fire_at = app_clock() + interval '1 h'`;
    const [due] = await server.sql<{ at: Date }>(`UPDATE schedules SET ${set} RETURNING next_due_at AS at`);
    await change(owner, { publishing: { slots: daily('13:00') } });
    const fired = async () => (await server.http<{ items: object[] }>('GET', `/schedules/${id}/history`)).body.items[0];
    expect(await waitFor(fired, { what: 'the due time to fire' })).toMatchObject({ outcome: 'fired', dueAt: due?.at.toISOString() });
    expect(timesOf((await get(id)).next)).toEqual(['05:00']);
  });

  it('is not changed by an account whose slots stay', async () => {
    const owner = await account();
    const { id } = (await post(owner)).body;
    const before = await server.sql('SELECT * FROM schedules WHERE id = $1', [id]);
    await change(owner, { owner: 'me', publishing: { slots: daily('09:00'), author: 'me' } });
    expect(await server.sql('SELECT * FROM schedules WHERE id = $1', [id])).toEqual(before);
  });

  it('is created by the command line', async () => {
    const owner = await account();
    const cli = (...words: string[]) =>
      runCli(['schedule', ...words, '-o', 'json'], { env: { APP_SERVER: server.url, APP_TOKEN: server.key } });
    const { stdout } = await cli('create', 'at-slots', 'quick', '--slots', owner.name, '--lead', '2h');
    expect(JSON.parse(stdout)).toMatchObject({ trigger: { type: 'slots', accountId: owner.id, leadMinutes: 120 } });
    expect((await cli('create', 'two', 'quick', '--slots', owner.name, '--every', '1h')).code).toBe(2);
    expect((await cli('create', 'two', 'quick', '--every', '1h', '--lead', '1h')).code).toBe(2);
  });
});
