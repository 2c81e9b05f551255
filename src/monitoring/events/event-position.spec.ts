import { describe, expect, it } from '@jest/globals';
import { parseEventId, toEventId } from './event-position.ts';

describe('parseEventId', () => {
  it.each(['0-0-0', '742-3-1764350000', '9223372036854775807-999999999-99999999999'])('takes %s', (id) => {
    expect(toEventId(parseEventId(id) ?? { xid: '', ordinal: -1, at: -1 })).toBe(id);
  });

  it.each(['', '1', '1-2', '01-2-3', '1-02-3', '1-2-03', '+1-2-3', '1-2-3 ', '1--2-3'])('refuses %j', (id) => {
    expect(parseEventId(id)).toBeUndefined();
  });
});
