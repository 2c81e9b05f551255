import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openapi, renderOpenApi } from '../../src/app/openapi.ts';
import { ALL_PERMISSIONS } from '../../src/platform/auth/permissions.ts';
import { runCli } from '../cli/run-cli.ts';

interface Operation {
  operationId?: string;
  summary?: string;
  tags?: string[];
  responses: Record<string, object>;
  parameters?: { name: string; in: string }[];
  security?: unknown[];
  description?: string;
  'x-permission'?: string;
  'x-permission-or'?: string;
  'x-public'?: boolean;
  'x-any-caller'?: boolean;
}

/** With every answer to a key. */
const OF_LIMITS = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'];

let folder: string;
let file: string;
let text: string;
let document: OpenAPIObject;
const said: string[] = [];
const warned: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'contenthub-openapi-'));
  file = join(folder, 'openapi.json');
  text = await renderOpenApi();
  document = JSON.parse(text) as OpenAPIObject;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function command(check: boolean): Promise<number> {
  said.length = 0;
  warned.length = 0;
  return openapi({ file, check, say: (line) => void said.push(line), warn: (line) => void warned.push(line) });
}

function operations(): [string, Operation][] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
}

/** Routes whose signature takes the place of a key: 403 for a wrong one. */
/** Its caller has neither a key nor a session yet. */
const isSignIn = (route: string): boolean => /^post \/session(\/password)?$/.test(route);
const isSigned = (route: string): boolean => route.endsWith('/preview') || route.startsWith('post /creator-callbacks/');

describe('the OpenAPI document', () => {
  it('is the same each time', async () => {
    expect(await renderOpenApi()).toBe(text);
  });

  it('carries the version of package.json', async () => {
    const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string };
    expect(document.info.version).toBe(version);
  });

  it('names each operation resource_verb, once, with its summary and its permission', () => {
    const ids = operations().map(([route, { operationId = '', summary = '', tags = [], ...operation }]) => {
      expect([route, operationId]).toEqual([route, expect.stringMatching(/^[a-z][A-Za-z]*_[a-z][A-Za-z]*$/)]);
      expect([route, summary]).toEqual([route, expect.stringMatching(/^[A-Z].{5,}/)]);
      expect([route, tags.length]).toEqual([route, 1]);
      const { 'x-permission': permission, 'x-public': isPublic, 'x-any-caller': isAny, description = '', security } = operation;
      expect([route, isPublic ? [permission, security] : isAny || ALL_PERMISSIONS.some((one) => one === permission)]).toEqual([
        route,
        isPublic ? [undefined, []] : true,
      ]);
      const other =
        operation['x-permission-or'] === undefined
          ? ''
          : ` Or \`${operation['x-permission-or']}\`, where each task of the request allows it.`;
      const needed = isAny ? 'Any key or session.' : `Permission: \`${permission}\`.${other}`;
      expect([route, description.endsWith(needed)]).toEqual([route, isPublic !== true]);
      expect([route, operation.responses.default]).toEqual([route, { $ref: '#/components/responses/Problem' }]);
      return operationId;
    });
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is OpenAPI 3.1 with a licence, a server, and ordered tags', () => {
    const { openapi: version, info, servers, tags = [] } = document;
    expect(version).toMatch(/^3\.1\./);
    expect(info.license).toEqual({ name: 'MIT', url: expect.stringContaining('MIT') });
    expect(servers).toEqual([{ url: '/', description: expect.any(String) }]);
    const names = tags.map(({ name }) => name);
    expect([names[0], names.at(-1)]).toEqual(['tasks', 'index']);
    const used = new Set(operations().flatMap(([, { tags: own = [] }]) => own));
    expect([...used].sort()).toEqual([...names].sort());
    expect(text).not.toContain('"nullable"');
  });

  it('declares every parameter of a path', () => {
    for (const [route, { parameters = [] }] of operations()) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
      const declared = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name);
      expect([route, declared.sort()]).toEqual([route, inPath.sort()]);
    }
  });

  it('describes each status, and 401 and 403 wherever a key is needed', () => {
    for (const [route, { responses, security }] of operations()) {
      for (const [status, response] of Object.entries(responses)) {
        expect([route, status, ['204', '302', '304'].includes(status) || 'content' in response || '$ref' in response]).toEqual([
          route,
          status,
          true,
        ]);
      }
      const refuses = !security || isSignIn(route);
      expect([route, '401' in responses, '403' in responses || isSigned(route)]).toEqual([route, refuses, refuses || isSigned(route)]);
    }
  });

  it.each([
    ['contentTasks_create', '202', ['Location', 'Retry-After', 'Idempotency-Replayed']],
    ['tasks_executeApi', '202', ['Location', 'Retry-After', 'Idempotency-Replayed']],
    ['accounts_create', '201', ['Location', 'ETag']],
    ['accounts_update', '200', ['ETag']],
    ['executions_get', '200', ['Retry-After']],
  ])('%s %s names its headers', (id, status, headers) => {
    const [, operation] = operations().find(([, { operationId }]) => operationId === id) ?? [];
    expect(Object.keys(Reflect.get(operation?.responses[status] ?? {}, 'headers') as object)).toEqual([...headers, ...OF_LIMITS]);
  });

  it('lets generated clients send and read free objects, and send no default with a PATCH', () => {
    const schemas = document.components?.schemas ?? {};
    expect(schemas.ExecuteTaskBody).toMatchObject({ properties: { params: { type: 'object', additionalProperties: true } } });
    expect(schemas.ExecutionView).toMatchObject({ properties: { result: { $ref: '#/components/schemas/AnyJson' } } });
    expect(JSON.stringify(schemas.UpdateAccountBody)).not.toContain('"default"');
    expect(JSON.stringify(schemas.UpdateAccountBody)).not.toContain('Default');
    expect(schemas.CreateAccountBody).toMatchObject({ properties: { language: { description: 'Default: en.' } } });
    expect(schemas.ExecutionReportView).toMatchObject({ properties: { checks: { type: ['array', 'null'] } } });
    expect(schemas.LimitView).toMatchObject({
      properties: { rate: { anyOf: [{ $ref: '#/components/schemas/RateBody' }, { type: 'null' }] } },
    });
  });

  it('has no dangling references', () => {
    const references = [...text.matchAll(/"\$ref": "#\/components\/(\w+)\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(30);
    for (const [reference, kind = '', name = ''] of references) {
      const held = Reflect.get(document.components ?? {}, kind) as object;
      expect([reference, name in held]).toEqual([reference, true]);
    }
  });

  it('describes the request bodies, and the params of named tasks', () => {
    const sending = operations().flatMap(([, operation]) => ('requestBody' in operation ? (operation.operationId ?? '') : []));
    const wanted = [
      'accounts_create',
      'accounts_update',
      'contentTasks_create',
      'contents_update',
      'tasks_executeApi',
      'tasks_executeManual',
    ];
    expect(sending).toEqual(expect.arrayContaining([...wanted, 'tasks_cancelByIds', 'tasks_cancelByNames']));
    expect(document.components?.schemas?.ContentGenerationParams).toMatchObject({ required: ['accountId'] });
  });
});

describe('contenthub openapi', () => {
  it('is a command', async () => {
    const written = await runCli(['openapi', '--out', 'spec.json'], { cwd: folder });
    expect(written).toEqual({ code: 0, stdout: `Wrote ${join(folder, 'spec.json')}.\n`, stderr: '' });
    expect((await runCli(['openapi', '--out', 'spec.json', '--check'], { cwd: folder })).code).toBe(0);
    const missing = await runCli(['openapi', '--check'], { cwd: folder });
    expect(missing).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('openapi.json does not match the code') });
  });

  it('writes the file, and finds that it matches the code', async () => {
    expect(await command(false)).toBe(0);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await command(true)).toBe(0);
    expect(said).toEqual([`${file} matches the code.`]);
  });

  it('reports how a file differs, and does not change it', async () => {
    const old = JSON.parse(text) as OpenAPIObject;
    old.info.version = '0.0.9';
    delete old.paths['/accounts'];
    Reflect.set(old.paths, '/gone', {});
    await writeFile(file, JSON.stringify(old));
    expect(await command(true)).toBe(1);
    expect(warned).toEqual([
      `✗ ${file} does not match the code:`,
      '  removed /paths/~1gone',
      '  added /paths/~1accounts',
      '  changed /info/version',
      'Run contenthub openapi and commit the file.',
    ]);
    expect(await readFile(file, 'utf8')).toBe(JSON.stringify(old));
  });

  it.each([
    ['a layout of its own', () => JSON.stringify(document), 'only its layout or order differs'],
    ['no JSON', () => '{', 'it is missing, or not JSON'],
    ['nothing in common', () => '{}', 'and 2 more'],
  ])('fails for a file with %s', async (_what, make, hint) => {
    await writeFile(file, make());
    expect(await command(true)).toBe(1);
    expect(warned.join('\n')).toContain(hint);
  });

  it('fails for a file that does not exist', async () => {
    await rm(file);
    expect(await command(true)).toBe(1);
    expect(warned[1]).toBe('  it is missing, or not JSON');
  });
});
