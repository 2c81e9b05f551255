import { describe, expect, it } from '@jest/globals';
import { readTasksFile } from './tasks-file.ts';

const read = (schedule: string) => {
  const text = `tasks:\n- name: a-sync\n  request: {method: GET, url: "https://h.example/"}\n  schedule: ${schedule}\n`;
  return readTasksFile(text, 'tasks.yaml', { definedIn: () => undefined, secret: () => undefined }).tasks[0]?.schedule;
};

describe('the schedule of a declared task', () => {
  it('has the defaults of the API, and an anchor that no start moves', () => {
    const common = { timeZone: 'UTC', params: {}, overlap: 'skip', misfire: 'last', catchUpSeconds: 3_600, jitterSeconds: 0 };
    expect(read('{everyMs: 60000}')).toEqual({
      ...common,
      trigger: { type: 'every', everyMs: 60_000, anchorAt: '1970-01-01T00:00:00.000Z' },
    });
    expect(read('{cron: "0 9 * * *"}')).toEqual({ ...common, trigger: { type: 'cron', expression: '0 9 * * *' } });
    expect(read('{slots: {account: Notes, leadMinutes: 90}}')).toEqual({
      ...common,
      trigger: { type: 'slots', account: 'Notes', leadMinutes: 90 },
    });
    expect(read('{slots: {account: Notes}}')?.trigger).toEqual({ type: 'slots', account: 'Notes', leadMinutes: 0 });
  });

  it.each([
    ['{cron: "0 0 31 2 *"}', 'tasks[0].schedule.cron has no date'],
    ['{cron: "61 * * * *"}', 'in the field "minute"'],
    ['{}', 'tasks[0].schedule needs one of cron, everyMs and slots'],
    ['{cron: "0 9 * * *", slots: {account: Notes}}', 'tasks[0].schedule needs one of cron, everyMs and slots'],
    ['{slots: {}}', 'tasks[0].schedule.slots.account is missing'],
    ['{slots: {account: 7}}', 'tasks[0].schedule.slots.account is not the name or the id of an account'],
    ['{slots: {account: Notes, leadMinutes: 10081}}', 'tasks[0].schedule.slots.leadMinutes is not a whole number from 0 to 10080'],
    ['{slots: {account: Notes, at: noon}}', 'tasks[0].schedule.slots.at is unknown here'],
    ['{slots: {account: Notes}, timeZone: UTC}', 'tasks[0].schedule.timeZone is that of the account for slots'],
    ['{cron: "0 9 * * *", everyMs: 60000}', 'tasks[0].schedule needs one of cron, everyMs and slots'],
    ['{everyMs: 60000, timeZone: Asia/Atlantis}', 'tasks[0].schedule.timeZone is not an IANA time zone'],
  ])('%s is refused with its place', (schedule, problem) => {
    expect(() => read(schedule)).toThrow(problem);
  });
});
