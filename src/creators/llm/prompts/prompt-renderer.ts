import { createHash } from 'node:crypto';
import { Liquid, LiquidError } from 'liquidjs';
import { CreationError } from '../../creation-error.ts';
import type { PromptName } from './prompt-name.ts';
import { PROMPT_SAMPLE } from './prompt-sample.ts';
import { PROMPT_TEXTS } from './prompt-texts.ts';

/** Which template made a prompt, for the provenance. */
export interface PromptMark {
  name: PromptName;
  version: string;
  /** SHA-256 of the text of the template. */
  hash: string;
}

export interface PromptTemplate extends PromptMark {
  text: string;
}

/** Bounds for templates from users: no files, about 100,000 output characters, 500 ms. */
const liquid = new Liquid({
  strictFilters: true,
  ownPropertyOnly: true,
  templates: {},
  parseLimit: 50_000,
  renderLimit: 500,
  memoryLimit: 20_000_000,
});

export function hashOfPrompt(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function productPrompt(name: PromptName): PromptTemplate {
  const { version, text } = PROMPT_TEXTS[name];
  return { name, version: `product-${version}`, hash: hashOfPrompt(text), text };
}

/** @throws {CreationError} `invalid_input` when the template of an account fails on these values. */
export function renderPrompt({ name, version, text }: PromptTemplate, values: object): string {
  try {
    return (liquid.parseAndRenderSync(text, values) as string).trim();
  } catch (error) {
    throw new CreationError('invalid_input', `The prompt "${name}" (${version}) cannot be rendered: ${reasonOf(error)}`, { cause: error });
  }
}

/** Why a template is not usable; null when it renders sample data to a text. */
export function faultOfPrompt(text: string): string | null {
  try {
    const rendered = liquid.parseAndRenderSync(text, PROMPT_SAMPLE, { strictVariables: true }) as string;
    return rendered.trim() === '' ? 'renders to an empty text' : null;
  } catch (error) {
    return reasonOf(error);
  }
}

function reasonOf(error: unknown): string {
  const text = error instanceof LiquidError || error instanceof Error ? error.message : String(error);
  return text.split('\n')[0]?.slice(0, 300) ?? '';
}
