import { NestFactory } from '@nestjs/core';
import { readFile, writeFile } from 'node:fs/promises';
import { AppModule } from './app.module.ts';
import { HttpAdapter } from './http/http-adapter.ts';
import { buildOpenApi } from './http/openapi/build-openapi.ts';

export interface OpenApiCommand {
  file: string;
  /** Compares instead of writing. */
  check: boolean;
  say: (line: string) => void;
  warn: (line: string) => void;
}

/** How many differences are shown. */
const SHOWN = 5;

/** `contenthub openapi`: writes the document, or reports how the file differs from the code. Resolves with the exit code. */
export async function openapi({ file, check, say, warn }: OpenApiCommand): Promise<number> {
  const text = await renderOpenApi();
  if (!check) {
    await writeFile(file, text);
    say(`Wrote ${file}.`);
    return 0;
  }
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === text) {
    say(`${file} matches the code.`);
    return 0;
  }
  warn(`✗ ${file} does not match the code:`);
  for (const line of differences(committed, text)) warn(`  ${line}`);
  warn('Run contenthub openapi and commit the file.');
  return 1;
}

/** Renders the document. Needs no database and starts nothing: in preview mode Nest only collects the classes. */
export async function renderOpenApi(): Promise<string> {
  const app = await NestFactory.create(AppModule.withRoles(['api']), new HttpAdapter({ trustedProxy: undefined }), {
    preview: true,
    logger: false,
    abortOnError: false,
  });
  return `${JSON.stringify(buildOpenApi(app), null, 2)}\n`;
}

function differences(committed: string, text: string): string[] {
  const [old, now] = [parse(committed), parse(text)];
  if (old === undefined) return ['it is missing, or not JSON'];
  const found = compare(old, now, '');
  if (found.length === 0) return ['only its layout or order differs'];
  const rest = found.length - SHOWN;
  return rest > 0 ? [...found.slice(0, SHOWN), `and ${rest} more`] : found;
}

/** JSON pointers of added, removed and changed values. */
function compare(old: unknown, now: unknown, pointer: string): string[] {
  if (!isObject(old) || !isObject(now)) return Object.is(old, now) ? [] : [`changed ${pointer}`];
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return keys.flatMap((key) => {
    const path = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (!(key in old)) return [`added ${path}`];
    return key in now ? compare(old[key], now[key], path) : [`removed ${path}`];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
