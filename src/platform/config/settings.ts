import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { BlockList, isIP } from 'node:net';
import { inspect, parseEnv } from 'node:util';
import { parseApiKey } from '../auth/api-key.ts';
import { webhookKey } from '../egress/standard-webhook.ts';
import { ConfigurationError } from './configuration-error.ts';
import { InvalidSetting, type Setting } from './setting.ts';
import { SETTINGS_TABLE } from './settings-table.ts';

type Table = typeof SETTINGS_TABLE;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}` ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}` : Lowercase<S>;
type ValueOf<S> = S extends Setting<infer T> ? T : never;
type Values = { readonly [Name in keyof Table as Camel<Name>]: ValueOf<Table[Name]> };
type Environment = Record<string, string | undefined>;

const ROWS: [string, Setting<unknown>][] = Object.entries(SETTINGS_TABLE);
const HIDDEN = '[hidden]';

export function propertyOf(name: string): string {
  return name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());
}

const LoadedValues = class {
  constructor(values: Values) {
    Object.assign(this, values);
  }
} as new (
  values: Values,
) => Values;

/** The settings of this process and their DI token: `DATABASE_POOL_SIZE` is `settings.databasePoolSize`. */
export class Settings extends LoadedValues {
  readonly #environment: Environment;
  readonly #secrets: string[];

  constructor(values: Values, environment: Environment) {
    super(values);
    this.#environment = environment;
    this.#secrets = secretsOf(this);
  }

  /** True when this application starts the database itself. */
  get embedded(): boolean {
    return this.contenthubEmbedded || this.databaseUrl === undefined;
  }

  /** The driver that QUEUE_DRIVER=auto selects. */
  get queueDriverInUse(): 'bullmq' | 'postgres' | 'memory' {
    if (this.queueDriver !== 'auto') return this.queueDriver;
    return this.redisEnabled || this.redisUrl !== undefined ? 'bullmq' : 'postgres';
  }

  get redisAddress(): string {
    return this.redisUrl ?? 'redis://127.0.0.1:6379';
  }

  get production(): boolean {
    return this.nodeEnv === 'production';
  }

  /** True when the first start creates the example accounts. */
  get seeding(): boolean {
    return this.seedExample ?? this.embedded;
  }

  /** Texts that must never leave the process: secret settings, passwords inside addresses, secret variables. The list grows. */
  get secrets(): readonly string[] {
    return this.#secrets;
  }

  /**
   * Reads a variable that is not a setting, but that a file of the operator names. Its value becomes one of `secrets`.
   * Undefined when it is unset or empty.
   */
  secretVariable(name: string): string | undefined {
    const value = this.variable(name);
    if (value === undefined) return undefined;
    if (!this.#secrets.includes(value)) this.#secrets.push(value);
    return value;
  }

  /** Reads a variable that is not a setting and whose value is no secret. Undefined when it is unset or empty. */
  variable(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  toJSON(): Record<string, unknown> {
    const shown = ([name, row]: [string, Setting<unknown>]): [string, unknown] => {
      const value: unknown = Reflect.get(this, propertyOf(name));
      return [propertyOf(name), row.secret && value !== undefined ? HIDDEN : value];
    };
    return Object.fromEntries(ROWS.map(shown));
  }

  [inspect.custom](): Record<string, unknown> {
    return this.toJSON();
  }
}

function secretsOf(settings: Values): string[] {
  const secrets = new Set<string>();
  for (const [name, row] of ROWS) {
    const value: unknown = Reflect.get(settings, propertyOf(name));
    if (!row.secret || typeof value !== 'string') continue;
    secrets.add(value);
    if (URL.canParse(value)) for (const form of passwordForms(new URL(value))) secrets.add(form);
  }
  return [...secrets];
}

/** A password as the address contains it, and decoded as a driver uses it. */
function passwordForms({ password }: URL): string[] {
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password]; // a lone % is legal in an address, but cannot be decoded
  }
}

export interface SettingsProblem {
  variable: string;
  problem: string;
  hint: string;
}

/** Prevents the start. `problems` lists every problem, so that all can be fixed at once. */
export class SettingsError extends ConfigurationError {
  override readonly name = 'SettingsError';
  readonly problems: SettingsProblem[];

  constructor(problems: SettingsProblem[]) {
    const lines = problems.map(({ variable, problem, hint }) => `  ${variable} ${problem}. ${hint}`);
    super(`${problems.length === 1 ? 'One setting is' : `${problems.length} settings are`} not usable:\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

/** The variables of the process, then those of a `.env` file in the working directory. */
function environment(): Environment {
  return existsSync('.env') ? { ...parseEnv(readFileSync('.env', 'utf8')), ...process.env } : process.env;
}

/** An empty variable counts as absent: compose files and CI systems pass unset ones that way. @throws {SettingsError} */
export function loadSettings(env: Environment = environment()): Settings {
  const problems: SettingsProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, row] of ROWS) {
    const given = env[name]?.trim();
    values[propertyOf(name)] = row.fallback;
    if (given === undefined || given === '') continue;
    try {
      values[propertyOf(name)] = row.parse(given);
    } catch (error) {
      if (!(error instanceof InvalidSetting)) throw error;
      const fallback = row.fallback === undefined ? 'or leave it empty' : `or leave it empty for ${exampleOf(row)}`;
      problems.push({ variable: name, problem: error.message, hint: `Set it to ${row.accepts}, ${fallback}` });
    }
  }
  const settings = new Settings(values as Values, env);
  problems.push(...contradictions(settings).filter(({ variable }) => !problems.some((known) => known.variable === variable)));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

/** The default of a row, as a file would contain it. */
export function exampleOf(row: Setting<unknown>): string {
  const { fallback } = row;
  if (Array.isArray(fallback)) return fallback.join(',');
  return fallback === undefined ? '' : String(fallback as string | number | boolean);
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

export function isLoopbackHost(host: string): boolean {
  const family = isIP(host);
  return family === 0 ? host.toLowerCase() === 'localhost' : LOOPBACK.check(host, family === 4 ? 'ipv4' : 'ipv6');
}

/** Slots in child processes, which have their own settings. */
const CHILD_PROCESS_SLOTS = { isolated: 'ISOLATED_PROCESSES', quarantine: 'QUARANTINE_SLOTS' };

function contradictions(settings: Settings): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const rejectWhen = (rejected: boolean, variable: keyof Table, problem: string, hint: string): void => {
    if (rejected) problems.push({ variable, problem, hint });
  };
  rejectWhen(
    settings.embedded && !isLoopbackHost(settings.host) && !(settings.publicBind && settings.production),
    'HOST',
    'would open the embedded installation to other machines',
    'Use 127.0.0.1, or set DATABASE_URL, or set both PUBLIC_BIND=yes and NODE_ENV=production',
  );
  rejectWhen(
    settings.firstApiKey !== undefined && parseApiKey(settings.firstApiKey) === null,
    'FIRST_API_KEY',
    'is no API key',
    'Set it to the output of: contenthub key generate',
  );
  rejectWhen(
    settings.embedded && settings.databaseSessionUrl !== undefined,
    'DATABASE_SESSION_URL',
    'is set, but the database is the embedded one',
    'Set DATABASE_URL to the same database, or leave it empty',
  );
  rejectWhen(
    settings.leaseTtlMs < 3 * settings.leaseBeatMs,
    'LEASE_TTL_MS',
    `is less than three heartbeats (LEASE_BEAT_MS is ${settings.leaseBeatMs})`,
    `Set it to ${3 * settings.leaseBeatMs} or more, or LEASE_BEAT_MS to ${Math.floor(settings.leaseTtlMs / 3)} or less`,
  );
  rejectWhen(
    settings.queueDriver === 'bullmq' && !settings.redisEnabled && settings.redisUrl === undefined,
    'QUEUE_DRIVER',
    'is bullmq but no Redis is configured',
    'Set REDIS_URL (or REDIS_ENABLED=true), or QUEUE_DRIVER=auto',
  );
  rejectWhen(
    settings.queueDriver === 'memory' && (settings.workerProcesses > 0 || settings.appRoles.length < 3),
    'QUEUE_DRIVER',
    'is memory, which other processes cannot see',
    'Give this process all of APP_ROLES and WORKER_PROCESSES=0, or set QUEUE_DRIVER=auto',
  );
  rejectWhen(
    settings.creatorCliPath !== undefined && !isAbsolute(settings.creatorCliPath),
    'CREATOR_CLI_PATH',
    'is not an absolute path',
    'Write the whole path of the program, or leave it empty',
  );
  const { creatorHttpCallbackSecret: secret, creatorHttpCallbackOldSecret: oldSecret } = settings;
  for (const [variable, value] of Object.entries({ CREATOR_HTTP_CALLBACK_SECRET: secret, CREATOR_HTTP_CALLBACK_OLD_SECRET: oldSecret })) {
    rejectWhen(
      value !== undefined && webhookKey(value) === null,
      variable as keyof Table,
      'is no secret of Standard Webhooks',
      'Set it to whsec_ and the Base64 of at least 24 random bytes',
    );
  }
  rejectWhen(
    secret !== undefined && settings.publicUrl === undefined,
    'CREATOR_HTTP_CALLBACK_SECRET',
    'is set, but the service does not know where to send its callbacks',
    'Set PUBLIC_URL, or leave it empty',
  );
  const { oidcIssuer: issuer, oidcClientId, oidcClientSecret, publicUrl } = settings;
  rejectWhen(
    issuer !== undefined && (oidcClientId === undefined || oidcClientSecret === undefined || publicUrl === undefined),
    'OIDC_ISSUER',
    'is set without a client or without the address to return to',
    'Set OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and PUBLIC_URL, or leave it empty',
  );
  rejectWhen(
    issuer !== undefined && new URL(issuer).protocol === 'http:' && !isLoopbackHost(new URL(issuer).hostname),
    'OIDC_ISSUER',
    'is a plain http address of another machine',
    'Use its https address',
  );
  for (const [queue, variable] of Object.entries(CHILD_PROCESS_SLOTS)) {
    rejectWhen(
      settings.queueSlots?.[queue] !== undefined,
      'QUEUE_SLOTS',
      `names ${queue}, which has a setting of its own`,
      `Set ${variable}`,
    );
  }
  rejectWhen(
    settings.webhookEnabled && (settings.webhookUrl === undefined || settings.webhookSecretKey === undefined),
    'WEBHOOK_ENABLED',
    'is true without a receiver and a signing key',
    'Set WEBHOOK_URL and WEBHOOK_SECRET_KEY, or WEBHOOK_ENABLED=false',
  );
  return problems;
}
