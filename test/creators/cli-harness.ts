import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { CliCreatorLoader } from '../../src/creators/cli/cli-creator-loader.ts';
import type { ExternalCreator } from '../../src/creators/creator.ts';
import type { CreatorRegistry } from '../../src/creators/creator.registry.ts';
import { loadSettings } from '../../src/platform/config/settings.ts';

type Profile = 'native' | 'content-creator@0.2';

const PROGRAMS: Readonly<Record<Profile, string>> = {
  native: 'test/creators/programs/native.mjs',
  'content-creator@0.2': 'test/creators/programs/content-creator.mjs',
};
const KEYS = ['LLM_API_KEY', 'LLM_BASE_URL', 'TAVILY_API_KEY', 'ARK_API_KEY', 'REDIS_URL'];

/** The creator `cli` as the application builds it, on a program of the tests in a new folder. `trouble` names what goes wrong. */
export function cliCreator(profile: Profile, { trouble = '', path = PROGRAMS[profile], environment = {} as Record<string, string> } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'creator-cli-'));
  const keys = Object.fromEntries(KEYS.map((name) => [`TOOL_${name}`, 'canary-of-the-tool']));
  const settings = loadSettings({
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    CREATOR_CLI_PATH: resolve(path),
    CREATOR_CLI_PROFILE: profile,
    CREATOR_CLI_ENV: [...KEYS.map((name) => `${name}=TOOL_${name}`), 'TROUBLE'].join(','),
    CREATOR_CLI_DIR: folder,
    TROUBLE: trouble,
    SECRET_OF_CONTENTHUB: 'canary',
    ...keys,
    ...environment,
  });
  let creator: ExternalCreator | undefined;
  const registry = { register: (_: string, built: ExternalCreator) => (creator = built) } as unknown as CreatorRegistry;
  new CliCreatorLoader(settings, registry).onModuleInit();
  return {
    creator: creator as unknown as ExternalCreator,
    folder,
    /** The arguments of each command so far. */
    calls: (): string[][] =>
      readFileSync(join(folder, 'data/calls.log'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as string[]),
  };
}
