import { describe, expect, it } from '@jest/globals';
import { OptionsTable } from './options-table.ts';

const table = new OptionsTable({
  words: { type: 'integer', description: 'w', minimum: 50, maximum: 900, default: 800 },
  heat: { type: 'number', description: 'h', minimum: 0, maximum: 2 },
  mode: { type: 'string', description: 'm', enum: ['calm', 'loud'] },
  model: { type: 'string', description: 'n', maxLength: 4 },
  deep: { type: 'boolean', description: 'd' },
});
const faults = (given: Record<string, unknown>) => table.faults(given, '/creatorOptions').map(({ pointer, code }) => `${pointer} ${code}`);

describe('OptionsTable', () => {
  it.each<[Record<string, unknown>, string[]]>([
    [{}, []],
    [{ words: 50, heat: 0.5, mode: 'loud', model: 'abcd', deep: false }, []],
    [{ words: 49 }, ['/creatorOptions/words is_integer']],
    [{ words: 50.5 }, ['/creatorOptions/words is_integer']],
    [{ words: '800' }, ['/creatorOptions/words is_integer']],
    [{ heat: Number.NaN }, ['/creatorOptions/heat is_number']],
    [{ mode: 'shy' }, ['/creatorOptions/mode is_in']],
    [{ model: 'abcde' }, ['/creatorOptions/model max_length']],
    [{ deep: 'true' }, ['/creatorOptions/deep is_boolean']],
    [{ deep: null, constructor: 1 }, ['/creatorOptions/deep is_boolean', '/creatorOptions/constructor unknown_option']],
    [{ 'a/b~': 1 }, ['/creatorOptions/a~1b~0 unknown_option']],
  ])('%j: %j', (given, expected) => {
    expect(faults(given)).toEqual(expected);
  });

  it('suggests the option that was meant, or lists all', () => {
    expect(table.faults({ wrods: 1 }, '')[0]?.detail).toBe('there is no option ‘wrods’, did you mean ‘words’?');
    expect(table.faults({ zzzzzz: 1 }, '')[0]?.detail).toBe('there is no option ‘zzzzzz’; known are words, heat, mode, model, deep');
    expect(new OptionsTable().faults({ zzzzzz: 1 }, '')[0]?.detail).toBe('there is no option ‘zzzzzz’; known are none');
  });

  it('adds the defaults of absent options', () => {
    expect(table.withDefaults({ deep: true })).toEqual({ words: 800, deep: true });
    expect(table.withDefaults({ words: 60 })).toEqual({ words: 60 });
  });
});
