import { type MarkdownText, readMarkdown, textOfMarkdown } from './markdown-text.ts';
import { fold } from './phrase-match.ts';

/** The body of a content, parsed once for all checks: parsing it for each of them took half of their time. */
export interface ContentBody {
  readonly markdown: MarkdownText;
  /** Of all sections. */
  readonly paragraphs: readonly string[];
  /** See markdownToText. */
  readonly text: string;
  /** The text that counts for the rules: all paragraphs except the boilerplate. */
  readonly counted: string;
}

export function readBody(bodyMarkdown: string, boilerplate: readonly string[] = []): ContentBody {
  const markdown = readMarkdown(bodyMarkdown);
  const ignored = new Set(boilerplate.map(fold));
  const paragraphs = markdown.sections.flatMap((section) => section.paragraphs);
  const counted = paragraphs.filter((paragraph) => !ignored.has(fold(paragraph))).join('\n');
  return { markdown, paragraphs, text: textOfMarkdown(markdown), counted };
}

/** The text that counts for the rules, where nothing else of the body is needed. */
export function countedText(bodyMarkdown: string, boilerplate?: readonly string[]): string {
  return readBody(bodyMarkdown, boilerplate).counted;
}
