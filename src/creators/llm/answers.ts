import type { AnswerSchema } from './chat-types.ts';
import { JsonAnswerError } from './json-answer.ts';

export interface OutlineSection {
  heading: string;
  points: string[];
  words: number;
}

export interface Outline {
  title: string;
  summary: string;
  sections: OutlineSection[];
}

/** `cannot_judge` is no score: the reviewer decides. */
export interface Verdict {
  verdict: 'pass' | 'revise' | 'cannot_judge';
  problems: string[];
}

const VERDICTS: readonly Verdict['verdict'][] = ['pass', 'revise', 'cannot_judge'];
const MOST_SECTIONS = 12;
const text = { type: 'string' };
const texts = { type: 'array', items: text };
const object = (properties: Record<string, unknown>) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

export const OUTLINE_SCHEMA: AnswerSchema = {
  name: 'outline',
  schema: object({
    title: text,
    summary: text,
    sections: { type: 'array', items: object({ heading: text, points: texts, words: { type: 'integer' } }) },
  }),
};

export const VERDICT_SCHEMA: AnswerSchema = {
  name: 'verdict',
  schema: object({ verdict: { type: 'string', enum: VERDICTS }, problems: texts }),
};

/** @throws {JsonAnswerError} that names the member. */
export function readOutline(value: Record<string, unknown>): Outline {
  const { sections } = value;
  if (!Array.isArray(sections) || sections.length === 0) throw new JsonAnswerError('has no list "sections"');
  const read = (sections as unknown[]).slice(0, MOST_SECTIONS).map((section, i) => {
    if (typeof section !== 'object' || section === null) throw new JsonAnswerError(`has no object in "sections[${i}]"`);
    const { points, words } = section as Record<string, unknown>;
    return { heading: filled(section, 'heading', `sections[${i}].heading`), points: listOf(points), words: wordsOf(words) };
  });
  return { title: filled(value, 'title'), summary: filled(value, 'summary'), sections: read };
}

export const TITLES_SCHEMA: AnswerSchema = {
  name: 'titles',
  schema: object({ titles: { type: 'array', items: object({ id: text, title: text }) } }),
};

/** The titles by the ids of their candidates. @throws {JsonAnswerError} */
export function readTitles(value: Record<string, unknown>): Map<string, string> {
  const { titles } = value;
  if (!Array.isArray(titles)) throw new JsonAnswerError('has no list "titles"');
  const found = new Map<string, string>();
  for (const each of titles as unknown[]) {
    if (typeof each !== 'object' || each === null) continue;
    const { id, title } = each as Record<string, unknown>;
    if (typeof title === 'string' && (typeof id === 'string' || typeof id === 'number')) found.set(String(id), title);
  }
  if (found.size === 0) throw new JsonAnswerError('has no titles with their ids');
  return found;
}

/** @throws {JsonAnswerError} */
export function readVerdict(value: Record<string, unknown>): Verdict {
  const verdict = VERDICTS.find((each) => each === value['verdict']);
  if (verdict === undefined) throw new JsonAnswerError(`has no "verdict" of ${VERDICTS.join(', ')}`);
  return { verdict, problems: listOf(value['problems']).slice(0, 20) };
}

function filled(owner: object, name: string, shown = name): string {
  const value: unknown = Reflect.get(owner, name);
  if (typeof value !== 'string' || value.trim() === '') throw new JsonAnswerError(`has no text in "${shown}"`);
  return value
    .trim()
    .replace(/^#+\s*/, '')
    .replaceAll(/\s+/g, ' ');
}

function listOf(value: unknown): string[] {
  const items = Array.isArray(value) ? (value as unknown[]) : [];
  return items.filter((item): item is string => typeof item === 'string' && item.trim() !== '');
}

function wordsOf(value: unknown): number {
  const words = Number(value);
  return Number.isFinite(words) && words > 0 ? Math.min(Math.round(words), 5_000) : 250;
}
