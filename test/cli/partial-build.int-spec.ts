import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** Files of the command line that load more than src/cli and src/core, and the first words of their commands. */
const LOADERS = {
  'src/cli/commands/server.command.ts': ['serve', 'migrate', 'backup', 'restore', 'openapi'],
  'src/cli/commands/verify.command.ts': ['verify'],
  'src/cli/commands/key.command.ts': ['key'],
  'src/cli/commands/agent.command.ts': ['agent'],
  'src/cli/content-creator/commands/worker.command.ts': ['worker'],
};

describe('the check of the build', () => {
  it('is partial only for commands that load nothing but src/cli and src/core', () => {
    const outside =
      /(?:from |import\()'(?:\.\.\/)+(?:platform|queue|engine|tasks|results|workers|scheduler|agents|content|creators|channels|monitoring|alerts|app)\//;
    const loads = (file: string): boolean =>
      readFileSync(file, 'utf8')
        .split('\n')
        .some((line) => outside.test(line) && !/^import type|typeof import/.test(line));
    const found = globSync('src/cli/**/*.ts').filter((file) => !file.endsWith('.spec.ts') && loads(file));
    expect(found.toSorted()).toEqual(Object.keys(LOADERS).toSorted());
    const [, list = ''] = /LOADS_APPLICATION = new Set\(\[([^\]]*)\]\)/.exec(readFileSync('bin/launch.mjs', 'utf8')) ?? [];
    expect([...list.matchAll(/'([^']+)'/g)].map(([, word = '']) => word).toSorted()).toEqual(Object.values(LOADERS).flat().toSorted());
  });

  describe('of a checkout', () => {
    const folder = mkdtempSync(join(tmpdir(), 'contenthub-build-'));
    const built = (): string => readFileSync(join(folder, 'dist/.built'), 'utf8');
    const ensureBuilt = (options: object): void => {
      const script = `const { ensureBuilt } = await import(process.argv[2]); await ensureBuilt(${JSON.stringify(options)});`;
      const builder = join(folder, 'scripts/build-if-needed.mjs'); // as the first argument it would run as a program
      execFileSync(process.execPath, ['--input-type=module', '-e', script, 'test', builder], { stdio: 'pipe' });
    };

    beforeAll(() => {
      cpSync('scripts/build-if-needed.mjs', join(folder, 'scripts/build-if-needed.mjs'));
      symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      for (const part of ['src/cli', 'src/core', 'src/app', 'migrations']) {
        mkdirSync(join(folder, part), { recursive: true });
        writeFileSync(join(folder, part, 'one.ts'), 'export const one = 1;\n');
      }
      ensureBuilt({});
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    it.each([
      ['src/cli/one.ts', true],
      ['src/core/one.ts', true],
      ['src/app/one.ts', false],
    ])('with parts, a change of %s makes a build: %s', (file, isBuilt) => {
      ensureBuilt({});
      const before = built();
      appendFileSync(join(folder, file), 'export const more = 2;\n');
      ensureBuilt({ parts: ['src/cli', 'src/core'] });
      expect(built() !== before).toBe(isBuilt);
      ensureBuilt({});
      expect(built()).not.toBe(before);
    });

    it('with parts, a new and a deleted file of them make a build', () => {
      const parts = ['src/cli', 'src/core'];
      const before = built();
      writeFileSync(join(folder, 'src/cli/two.ts'), 'export const two = 2;\n');
      ensureBuilt({ parts });
      expect(built()).toContain('src/cli/two.ts');
      rmSync(join(folder, 'src/cli/two.ts'));
      ensureBuilt({ parts });
      expect(built()).toBe(before);
    });
  });
});
