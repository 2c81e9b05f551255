import {
  Body,
  Controller,
  Delete,
  Get,
  Global,
  Headers as RequestHeaders,
  HttpCode,
  Module,
  Param,
  Post,
  Query,
  Res,
  ServiceUnavailableException,
} from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApiProperty } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsOptional, IsString, MaxLength, Min, ValidateNested } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { QueryRunnerAlreadyReleasedError } from 'typeorm';
import { configureHttp } from '../../src/app/http/configure-http.ts';
import { HttpAdapter } from '../../src/app/http/http-adapter.ts';
import { HttpModule } from '../../src/app/http/http.module.ts';
import { Public, RequirePermission } from '../../src/platform/auth/permission.decorator.ts';
import { generateApiKey, type KeyDigest, parseApiKey } from '../../src/platform/auth/api-key.ts';
import { ApiKeyRepository, type StoredKey } from '../../src/platform/auth/api-key.repository.ts';
import { OperationAudit } from '../../src/platform/auth/audit/operation-audit.ts';
import { CurrentPrincipal, type Principal } from '../../src/platform/auth/principal.ts';
import { ROLES, type Role } from '../../src/platform/auth/roles.ts';
import { ConfigModule } from '../../src/platform/config/config.module.ts';
import { loadSettings, Settings } from '../../src/platform/config/settings.ts';
import { OutageLog } from '../../src/platform/database/outage-log.ts';
import { ParamsSchemas } from '../../src/tasks/definitions/params-schemas.ts';
import { Pools } from '../../src/platform/database/pools.ts';
import { ContentPolicy } from '../../src/platform/http/content-policy.ts';
import { etagOf, isNotModified, requireIfMatch } from '../../src/platform/http/etag.ts';
import { decodeCursor, PageQuery } from '../../src/platform/http/paging.ts';
import { ProblemError } from '../../src/platform/http/problem.ts';
import { LifecycleModule } from '../../src/platform/lifecycle/lifecycle.module.ts';
import { createLogger, Logger } from '../../src/platform/telemetry/logger.ts';
import { TelemetryModule } from '../../src/platform/telemetry/telemetry.module.ts';

class Section {
  @ApiProperty()
  @IsString()
  @MaxLength(20)
  heading: string;
}

class ThingBody {
  @ApiProperty()
  @IsString()
  topic: string;

  @ApiProperty()
  @IsInt()
  @Min(1)
  @IsOptional()
  priority?: number;

  @ApiProperty({ type: [Section] })
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => Section)
  @IsOptional()
  sections?: Section[];
}

class ThingsQuery extends PageQuery {
  @ApiProperty({ required: false })
  @IsString()
  @IsOptional()
  status?: string;
}

/** Values that a handler may throw, by name. */
const THROWS: Record<string, () => unknown> = {
  secret: () => new Error('canary in /srv/app.ts'),
  text: () => 'canary',
  refused: () => Object.assign(new Error('connect ECONNREFUSED 10.1.2.3'), { code: 'ECONNREFUSED' }),
  pool: () => new Error('timeout exceeded when trying to connect'),
  released: () => new QueryRunnerAlreadyReleasedError(),
  shutdown: () => Object.assign(new Error('terminating connection'), { code: '57P01' }),
  full: () => Object.assign(new Error('too many clients'), { code: '53300' }),
  jsonb: () => Object.assign(new Error('unsupported Unicode escape sequence'), { code: '22P05' }),
  uuid: () => Object.assign(new Error('invalid input syntax'), { code: '22P02' }),
  conflict: () => ProblemError.conflict('name_taken', 'That name is taken.', { detail: 'Choose another.', headers: { 'x-taken': 'yes' } }),
  health: () =>
    new ServiceUnavailableException({
      status: 'error',
      info: {},
      error: { database: { status: 'down' } },
      details: { database: { status: 'down' } },
    }),
};

@Controller('things')
class ThingsController {
  @Get()
  @RequirePermission('tasks:read')
  list(@Query() query: ThingsQuery): object {
    const { limit, cursor, status } = query;
    return { limit, cursor, status, after: query.cursor === undefined ? null : decodeCursor(query.cursor, 2) };
  }

  @Get('whoami')
  @RequirePermission('tasks:read')
  whoami(@CurrentPrincipal() principal: Principal): object {
    const { type, id, name, roles, accountIds } = principal;
    return { type, id, name, roles, accountIds };
  }

  @Get('undeclared')
  undeclared(): string {
    return 'declares no permission';
  }

  @Get('page')
  @RequirePermission('keys:manage')
  @ContentPolicy('page')
  page(): string {
    return 'a page';
  }

  @Get('throw/:what')
  @Public()
  throwIt(@Param('what') what: string): never {
    throw THROWS[what]?.();
  }

  /** Waits for ever. */
  @Get('never')
  @Public()
  never(): Promise<never> {
    return new Promise(() => undefined);
  }

  @Get('versioned')
  @Public()
  versioned(
    @RequestHeaders('if-none-match') known: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object | undefined {
    return isNotModified(reply, { ifNoneMatch: known }, etagOf(3)) ? undefined : { version: 3 };
  }

  @Post('versioned')
  @Public()
  change(@RequestHeaders('if-match') match: string | undefined): string {
    requireIfMatch(match, 3);
    return 'changed';
  }

  @Post()
  @RequirePermission('content:edit')
  create(@Body() body: ThingBody): ThingBody {
    return body;
  }

  @Post('echo')
  @HttpCode(200)
  @Public()
  echo(@Body() body: unknown): { body: unknown; is: string } {
    return { body, is: typeof body };
  }

  @Delete()
  @Public()
  remove(@Body() body: unknown): { body: unknown } {
    return { body };
  }

  @Get(':id')
  @RequirePermission('tasks:cancel')
  get(@Param('id') id: string): { id: string } {
    return { id };
  }
}

export class MemoryKeyStore extends ApiKeyRepository {
  readonly keys: StoredKey[] = [];
  finds = 0;
  constructor() {
    super(new Pools({ url: 'postgres://nobody@127.0.0.1:1/none', apiSize: 1 }));
  }
  override find({ hash }: KeyDigest): Promise<StoredKey | null> {
    this.finds += 1;
    return Promise.resolve(this.keys.find((key) => key.hash.equals(hash)) ?? null);
  }
  override touch(): Promise<void> {
    return Promise.resolve();
  }
  add(role: Role, changes: Partial<StoredKey> = {}): string {
    const key = generateApiKey();
    const { hash } = parseApiKey(key) as KeyDigest;
    this.keys.push({
      id: `id-${this.keys.length}`,
      name: `${role} key`,
      roles: [role],
      accountIds: null,
      hash,
      expiresAt: null,
      revokedAt: null,
      ...changes,
    });
    return key;
  }
}

export interface MiniApp {
  app: NestFastifyApplication;
  url: string;
  port: number;
  store: MemoryKeyStore;
  keys: Record<Role, string>;
  logLines: string[];
  /** `as` sends the key of a role, `json` posts a string as JSON. */
  send(path: string, init?: RequestInit & { as?: Role; json?: string }): Promise<Answer>;
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Parsed, when it is an object. */
  body: Record<string, unknown>;
}

/** Without a database: the controller throws its errors, and its probe is stubbed. */
@Global()
@Module({
  providers: [OutageLog, ParamsSchemas, { provide: Pools, useValue: { engine: { query: () => Promise.resolve({ rows: [] }) } } }],
  exports: [OutageLog, ParamsSchemas, Pools],
})
class NoDatabaseModule {}

/** A small application behind the real HTTP set-up, on a free port of this machine. */
export async function startMiniApp(env: Record<string, string> = {}, requestDeadlineMs?: number): Promise<MiniApp> {
  const settings = loadSettings({ NODE_ENV: 'test', LOG_LEVEL: 'debug', LOG_FORMAT: 'json', ...env });
  const store = new MemoryKeyStore();
  const logLines: string[] = [];
  const module = await Test.createTestingModule({
    imports: [ConfigModule, TelemetryModule, LifecycleModule, NoDatabaseModule, HttpModule],
    controllers: [ThingsController],
  })
    .overrideProvider(Settings)
    .useValue(settings)
    .overrideProvider(Logger)
    .useValue(createLogger(settings, { write: (line: string) => void logLines.push(line) }))
    .overrideProvider(OperationAudit)
    .useValue({ record: () => Promise.resolve() })
    .overrideProvider(ApiKeyRepository)
    .useValue(store)
    .compile();
  const app = module.createNestApplication<NestFastifyApplication>(new HttpAdapter(settings, requestDeadlineMs), { logger: false });
  configureHttp(app, settings);
  await app.listen(0, '127.0.0.1');
  const url = await app.getUrl();
  const keys = Object.fromEntries(ROLES.map((role) => [role, store.add(role)])) as Record<Role, string>;

  const send: MiniApp['send'] = async (path, { as, json, ...init } = {}) => {
    const headers = new Headers(init.headers);
    if (as) headers.set('authorization', `Bearer ${keys[as]}`);
    if (json !== undefined) headers.set('content-type', 'application/json');
    const response = await fetch(url + path, {
      ...init,
      headers,
      ...(json !== undefined && { method: init.method ?? 'POST', body: json }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
  return { app, url, port: Number(new URL(url).port), store, keys, logLines, send };
}
