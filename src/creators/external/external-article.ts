import { createHash } from 'node:crypto';
import { readMarkdown } from '../../core/text/markdown-text.ts';
import { cutText, storableText } from '../../core/text/storable-text.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationRequest, CreationResult, CreationUsage, QuotedSource } from '../creator.ts';
import { drawCover } from '../offline/cover.ts';

const MAX_TITLE = 300;
const MAX_SUMMARY = 300;

/** What another system wrote. */
export interface ExternalText {
  /** Without one the first `#` heading of the text is used, then the topic. */
  title?: string | null;
  summary?: string | null;
  markdown: string;
  sources?: QuotedSource[];
  usage?: CreationUsage | null;
  warnings?: string[];
  /** Facts for the provenance, such as the id of the work. */
  facts?: Record<string, unknown>;
}

/** The subject of the request. @throws {CreationError} `invalid_input` without one. */
export function subjectOf({ topic, sources }: CreationRequest): string {
  const subject = topic?.trim() || sources[0]?.name?.trim() || sources[0]?.location;
  if (subject === undefined) throw new CreationError('invalid_input', 'There is neither a topic nor a source. Send a topic.');
  return subject;
}

/** The result of work that another system did. A text of such a system is labelled as written by a model, because it may be. */
export function toArticle(creator: string, version: string, request: CreationRequest, text: ExternalText): CreationResult {
  const markdown = storableText(text.markdown).replace(/\r\n?/g, '\n').trim();
  if (markdown === '') throw new CreationError('rejected_content', `The creator "${creator}" returned a text without words.`);
  const { title: heading, sections } = readMarkdown(markdown);
  const title = cutText(oneLine(text.title) || oneLine(heading) || subjectOf(request), MAX_TITLE);
  const opening = sections.flatMap(({ paragraphs }) => paragraphs)[0];
  return {
    kind: 'article',
    title,
    summary: cutText(oneLine(text.summary) || oneLine(opening) || title, MAX_SUMMARY),
    bodyMarkdown: withoutTitle(markdown),
    boilerplate: [],
    findings: [],
    sources: text.sources ?? [],
    coverSvg: drawCover({ title, account: request.account.name, date: null }),
    claims: [],
    usage: text.usage ?? null,
    provenance: { ...text.facts, creator, version, method: 'another system', aiGenerated: true, inputsHash: hashOf([version, request]) },
    warnings: text.warnings ?? [],
    qualityScore: null,
  };
}

/** The title is a field of the content, so the heading that repeats it at the start of the body is removed. */
function withoutTitle(markdown: string): string {
  const body = markdown.replace(/^#[ \t][^\n]*(?:\n|$)/, '').trim();
  return body === '' ? markdown : body;
}

function oneLine(text: string | null | undefined): string {
  return storableText(text ?? '')
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim();
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
