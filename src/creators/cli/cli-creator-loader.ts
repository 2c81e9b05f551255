import { Injectable, type OnModuleInit } from '@nestjs/common';
import { resolve } from 'node:path';
import { Settings } from '../../platform/config/settings.ts';
import { CreatorRegistry } from '../creator.registry.ts';
import { CliCreator } from './cli-creator.ts';
import type { CliProfile } from './cli-profile.ts';
import { CliProgram } from './cli-program.ts';
import { ContentCreatorProfile } from './content-creator-profile.ts';
import { NativeProfile } from './native-profile.ts';

export const CLI_CREATOR = 'cli';
/** Every program needs these. All other variables of this process may be secrets, and stay here unless CREATOR_CLI_ENV names them. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR'];
/** Variables of the public tool whose values are ordinary words. The values of all others are hidden in logs. */
const PLAIN = new Set(['NODE_ENV', 'DATABASE_TYPE', 'LOG_LEVEL', 'LLM_MODEL_NAME', 'LLM_MAX_TOKENS', 'LLM_TEMPERATURE']);

/** Registers the creator `cli` with the program of the settings. Without one it is listed as not configured. */
@Injectable()
export class CliCreatorLoader implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    private readonly registry: CreatorRegistry,
  ) {}

  onModuleInit(): void {
    const { creatorCliPath: file, creatorCliProfile: name, creatorCliMaxTaskCost: cost = null } = this.settings;
    const price = { cost, setting: 'CREATOR_CLI_MAX_TASK_COST' };
    this.registry.register(CLI_CREATOR, new CliCreator(CLI_CREATOR, name, file === undefined ? null : this.profileOf(file), price));
  }

  private profileOf(file: string): CliProfile {
    const { creatorCliProfile, creatorCliDir, dataDir } = this.settings;
    const program = new CliProgram({ file, folder: resolve(creatorCliDir ?? `${dataDir}/creator-cli`), variables: this.variables() });
    return creatorCliProfile === 'native' ? new NativeProfile(program) : new ContentCreatorProfile(program);
  }

  private variables(): Record<string, string> {
    const { settings } = this;
    const named = settings.creatorCliEnv.map((item) => {
      const [name = '', source = name] = item.split('=', 2);
      return [name, PLAIN.has(name) ? settings.variable(source) : settings.secretVariable(source)] as const;
    });
    const inherited = INHERITED.map((name) => [name, settings.variable(name)]);
    return Object.fromEntries([...inherited, ...named].filter(([, value]) => value !== undefined)) as Record<string, string>;
  }
}
