import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { locateFiles, readTextFile } from './source-files.ts';

let base = '';
let root = '';

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'sources-'));
  root = join(base, 'root');
  mkdirSync(join(root, 'notes', 'deep'), { recursive: true });
  mkdirSync(join(base, 'root-secret'));
  writeFileSync(join(base, 'root-secret', 'secret.md'), 'secret');
  for (const name of ['notes/b.md', 'notes/a.txt', 'notes/deep/c.xml', 'notes/.hidden.md', 'notes/image.png', 'notes/page.HTML'])
    writeFileSync(join(root, name), name);
  symlinkSync(join(base, 'root-secret', 'secret.md'), join(root, 'link.md'));
  symlinkSync(join(base, 'root-secret'), join(root, 'folder'));
  symlinkSync(join(root, 'notes', 'b.md'), join(root, 'inner.md'));
  symlinkSync(join(base, 'root-secret', 'absent.md'), join(root, 'dangling.md'));
});
afterAll(() => {
  rmSync(base, { recursive: true });
});

describe('locateFiles', () => {
  const shown = async (location: string): Promise<string[]> =>
    (await locateFiles(location, [join(base, 'missing'), root])).map((file) => file.shown);

  it('finds a file, a folder and the target of an inner link', async () => {
    expect(await shown('notes/b.md')).toEqual(['notes/b.md']);
    expect(await shown(join(root, 'notes/b.md'))).toEqual(['notes/b.md']);
    expect(await shown('notes')).toEqual(['notes/a.txt', 'notes/b.md', 'notes/page.HTML', 'notes/deep/c.xml']);
    expect(await shown('.')).toEqual(['notes/a.txt', 'notes/b.md', 'notes/page.HTML', 'notes/deep/c.xml']);
    expect(await shown('inner.md')).toEqual(['notes/b.md']);
  });

  it('finds nothing where there is no readable file', async () => {
    expect(await shown('absent.md')).toEqual([]);
    expect(await shown('notes/image.png')).toEqual([]);
  });

  it.each([
    '../root-secret/secret.md',
    'notes/../../root-secret',
    '/etc/passwd',
    '..',
    'link.md',
    'folder',
    'folder/secret.md',
    'folder/absent.md',
    'folder/absent/deep.md',
    'dangling.md',
    '../absent.md',
  ])('rejects a path that leaves the root: %s', async (location) => {
    await expect(locateFiles(location, [root])).rejects.toMatchObject({
      code: 'invalid_input',
      message: expect.stringContaining('outside'),
    });
  });

  it('reads nothing without a root', async () => {
    await expect(locateFiles('notes', [])).rejects.toMatchObject({ code: 'invalid_input' });
  });
});

describe('readTextFile', () => {
  const write = (name: string, bytes: Uint8Array | string): { path: string; shown: string } => {
    writeFileSync(join(base, name), bytes);
    return { path: join(base, name), shown: name };
  };

  it('reads UTF-8 and GB 18030, up to the limit', async () => {
    expect(await readTextFile(write('utf8.md', '储能 storage'), 1000)).toMatchObject({ text: '储能 storage', cut: false });
    expect(await readTextFile(write('gb.txt', Uint8Array.from([0xb4, 0xa2, 0xc4, 0xdc])), 1000)).toMatchObject({
      text: '储能',
      cut: false,
    });
    expect(await readTextFile(write('long.md', '储能储能'), 7)).toMatchObject({ text: '储能', cut: true });
  });

  it('reads UTF-16 and windows-1252', async () => {
    const utf16 = Buffer.from('\uFEFF储能 storage', 'utf16le');
    expect(await readTextFile(write('utf16.txt', utf16), 1000)).toMatchObject({ text: '储能 storage', cut: false });
    expect(await readTextFile(write('utf16-be.txt', Buffer.from(utf16).swap16()), 1000)).toMatchObject({
      text: '储能 storage',
      cut: false,
    });
    const file = { path: 'test/fixtures/sources/notes-windows-1252.md', shown: 'notes' };
    const { text } = await readTextFile(file, 10_000);
    expect(text.split('\n').slice(0, 9).filter(Boolean)).toEqual([
      '# Café notes',
      'The café of the museum in Lyon reopened in 2024 after a £12 million renovation.',
      'It’s the first façade in Lyon that was restored with money from 31 countries.',
      'Chloé’s tour brought 40000 visitors to Lyon during the first month of the season.',
      'The mayor of Lyon said the “second wing” near the station would follow in 2027.',
    ]);
  });

  it('rejects binary files, folders and links', async () => {
    await expect(readTextFile(write('binary.md', Uint8Array.from([65, 0, 66])), 1000)).rejects.toMatchObject({ code: 'invalid_input' });
    await expect(readTextFile({ path: base, shown: 'folder' }, 1000)).rejects.toThrow(/regular|EISDIR/);
    await expect(readTextFile({ path: join(root, 'link.md'), shown: 'link.md' }, 1000)).rejects.toThrow(/ELOOP/);
  });
});
