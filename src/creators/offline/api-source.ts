import { CreationError } from '../creation-error.ts';
import type { ApiMapping } from '../creator.ts';
import { webAddress } from './feed-links.ts';
import { paragraphsOfText, titleOfText } from './feed-text.ts';
import { isoDay, type SourceSection } from './source-document.ts';

export interface ApiInput {
  readonly json: string;
  /** For messages. */
  readonly name: string;
  /** The address that answered, the base of relative links. */
  readonly address: string;
  readonly mapping: ApiMapping;
  /** In characters. Cut JSON cannot be read, so a longer answer is rejected. */
  readonly limit: number;
  readonly cut: boolean;
}

export interface ApiItems {
  readonly publishedAt: string | null;
  readonly items: SourceSection[];
  readonly warnings: string[];
}

const MAX_ITEMS = 1_000;
const SHOWN_MEMBERS = 12;
/** Greater numbers are milliseconds: 1e11 seconds are the year 5138. */
const MAX_SECONDS = 1e11;

/** Reads the items of a JSON answer by the paths of a mapping. @throws {CreationError} `invalid_input` that names the path to change */
export function readApi({ json, name, address, mapping, limit, cut }: ApiInput): ApiItems {
  if (cut || json.length > limit)
    throw invalid(`The answer of "${name}" is longer than the ${limit} characters that are read. Ask for fewer items in the address.`);
  const list = listOf(parse(json, name), name, mapping.items);
  const warnings = list.length > MAX_ITEMS ? [`Only the first ${MAX_ITEMS} of ${list.length} items of "${name}" were read.`] : [];
  const items = list.slice(0, MAX_ITEMS).flatMap((item) => sectionOf(item, address, mapping));
  if (list.length > 0 && items.length === 0) throw invalid(nothingFound(name, mapping, list[0]));
  const without = (member: 'url' | 'published', isMissing: (item: SourceSection) => boolean): void => {
    if (mapping[member] !== undefined && items.length > 0 && items.every(isMissing))
      warnings.push(`No item of "${name}" has a usable value at "${mapping[member]}" (${member}).`);
  };
  without('url', ({ location }) => location === null);
  without('published', ({ publishedAt }) => publishedAt === null);
  const newest = items.map(({ publishedAt }) => publishedAt ?? '').reduce((a, b) => (b > a ? b : a), '');
  return { publishedAt: newest || null, items, warnings };
}

function parse(json: string, name: string): unknown {
  try {
    return JSON.parse(json.replace(/^\uFEFF/, '')) as unknown;
  } catch (error) {
    const hint = /^\s*</.test(json) ? ' It seems to be HTML or XML: use the type "url" or "rss".' : '';
    throw invalid(`The answer of "${name}" is not JSON.${hint}`, error);
  }
}

function listOf(answer: unknown, name: string, path: string | undefined): unknown[] {
  const list = path === undefined ? answer : valueAt(answer, path);
  if (Array.isArray(list)) return list;
  const where = path === undefined ? 'The answer' : `"${path}" in the answer`;
  throw invalid(`${where} of "${name}" is not a list. Set items to the path of the list; the answer has ${membersOf(answer)}.`);
}

function sectionOf(item: unknown, address: string, { title, text, url, published }: ApiMapping): SourceSection[] {
  const heading = titleOfText(textAt(item, title) ?? '');
  const paragraphs = text === undefined ? [] : paragraphsOfText(textAt(item, text) ?? '');
  if (heading === null && paragraphs.length === 0) return [];
  return [
    {
      heading,
      location: url === undefined ? null : webAddress(textAt(item, url), address),
      publishedAt: published === undefined ? null : dayOf(valueAt(item, published)),
      paragraphs,
    },
  ];
}

/** The value at `a.b.0.c`; undefined when there is none. */
function valueAt(value: unknown, path: string): unknown {
  let found: unknown = value;
  for (const part of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, part)) return undefined;
    found = Reflect.get(found, part);
  }
  return found;
}

/** A text or a number. The texts of a list are paragraphs. */
function textAt(item: unknown, path: string): string | null {
  const value = valueAt(item, path);
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return storable(value.filter((part) => typeof part === 'string').join('\n\n'));
  return null;
}

/** JSON may hold characters that PostgreSQL and XML cannot. */
function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', ' ');
}

/** Of an ISO or RFC 2822 time, or of a Unix time in seconds or milliseconds. */
function dayOf(value: unknown): string | null {
  const number = typeof value === 'string' && /^\d{9,14}$/.test(value) ? Number(value) : value;
  if (typeof number === 'string') return isoDay(number);
  if (typeof number !== 'number') return null;
  const time = new Date(number > MAX_SECONDS ? number : number * 1_000);
  return Number.isNaN(time.getTime()) ? null : isoDay(time.toISOString());
}

function nothingFound(name: string, { title, text }: ApiMapping, first: unknown): string {
  const paths = [`"${title}"`, ...(text === undefined ? [] : [`"${text}"`])].join(' or ');
  return `No item of "${name}" has a text at ${paths}. The first item has ${membersOf(first)}.`;
}

function membersOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return 'no members';
  const names = Object.keys(value);
  const more = names.length > SHOWN_MEMBERS ? ` and ${names.length - SHOWN_MEMBERS} more` : '';
  const shown = names.slice(0, SHOWN_MEMBERS).map((member) => member.slice(0, 60));
  return names.length === 0 ? 'no members' : `the members ${shown.join(', ')}${more}`;
}

function invalid(message: string, cause?: unknown): CreationError {
  return new CreationError('invalid_input', message, { cause });
}
