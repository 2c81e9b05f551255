import { describe, expect, it } from '@jest/globals';
import { SearchableText } from './phrase-match.ts';
import { stemEnglish } from './stem.ts';

describe('stemEnglish', () => {
  it.each([
    ['leases', 'leased', 'lease', 'leasing', 'lease’s'],
    ['batteries', 'battery', "battery's"],
    ['retries', 'retry', 'retrying', 'retried'],
    ['crashes', 'crash', 'crashed', 'crashing'],
    ['stops', 'stopped', 'stopping', 'stop'],
    ['running', 'runs', 'run'],
    ['leaves', 'leaf'],
    ['wolves', 'wolf', 'wolf’s'],
    ['knives', 'knife'],
    ['wives', 'wife'],
    ['cleaves', 'cleave', 'cleaved'],
    ['survives', 'surviving', 'survived', 'survive'],
    ['boxes', 'box'],
  ])('reduces the inflections of one word to one form: %s', (...forms) => {
    expect(new Set(forms.map(stemEnglish)).size).toBe(1);
  });

  it.each([
    ["leases'", 'leas'],
    ["don't", "don't"],
    ['ties', 'tie'],
    ['batteries', 'batteri'],
    ['axes', 'axe'],
    ['boxes', 'box'],
    ['has', 'has'],
    ['cars', 'car'],
    ['used', 'used'],
    ['adding', 'ad'],
    ['rabbiting', 'rabbit'],
    ['bleeder', 'bleeder'],
    ['cry', 'cry'],
  ])('reduces %s to %s', (word, stem) => {
    expect(stemEnglish(word)).toBe(stem);
  });

  it('keeps different words distinct and short words whole', () => {
    for (const word of ['status', 'analysis', 'class', 'string', 'speed', 'need', 'thing', 'red', 'bus', 'gas'])
      expect(word.startsWith(stemEnglish(word)) && stemEnglish(word).length >= word.length - 1).toBe(true);
    expect(stemEnglish('release')).not.toBe(stemEnglish('lease'));
    expect(stemEnglish('children')).not.toBe(stemEnglish('child process'));
  });
});

describe('SearchableText', () => {
  it.each<[string, string, boolean, boolean]>([
    ['A release of leased rooms', 'lease', false, true],
    ['A release of rooms', 'lease', false, false],
    ['Part of it', 'art', false, false],
    ['The  WAL archive', 'wal Archive', true, true],
    ['Rate limits hold', 'rate limit', false, true],
    ['It runs on Node.js 24', 'node.js', true, true],
    ['Killed by kill -9.', 'kill -9', true, true],
    ['Written in C++ here', 'C++', true, true],
    ['用ＰostgreSQL保存任务', 'PostgreSQL', true, true],
    ['任务不会丢失', '任务', true, true],
    ['任务不会丢失', '租约', false, false],
    ['It was a kill-9', '-9', true, true],
    ['Runs on node.js', 'node.', true, true],
    ['wal', ' WAL ', true, true],
    ['Nothing', '', true, true],
  ])('%s: %s', (text, phrase, exactly, inflected) => {
    const searchable = new SearchableText(text);
    expect([searchable.includes(phrase), searchable.mentions(phrase)]).toEqual([exactly, inflected]);
  });
});
