import { escapeMarkdown } from '../../core/text/markdown-text.ts';
import type { CreationRequest } from '../creator.ts';
import { plannedWords, sectionOf } from './section-plan.ts';
import { KIT_WORDING, type KitPart, type KitWording } from './writing-kit-wording.ts';

export interface WritingKit {
  title: string;
  summary: string;
  bodyMarkdown: string;
}

/** A brief for a topic without sources. Everything in it is computed from the request; it makes no claims. */
export function composeWritingKit(request: CreationRequest & { topic: string }): WritingKit {
  const say = KIT_WORDING[request.language];
  const topic = request.topic.replace(/[?？。.!！\s]+$/u, '');
  const shape = say.shapes.find(([, pattern]) => pattern.test(request.topic))?.[0] ?? 'subject';
  const keywords = request.keywords.map((word) => word.trim()).filter((word) => word !== '');
  const fresh = keywords.filter((word) => !topic.toLowerCase().includes(word.toLowerCase()));
  const words = plannedWords(request);
  const titles = say.titles(topic, fresh)[shape];
  const outline = say.outline[shape];
  const questions = say.questions(topic, fresh)[shape];

  const bodyMarkdown = [
    `> ${say.notice}`,
    section(say.headings.angle, facts(request, say, say.angles[shape])),
    section(say.headings.titles, numbered(titles)),
    section(
      say.headings.outline,
      outline.map((part, index) => `### ${index + 1}. ${part.heading}\n\n${part.advice}`),
      '\n\n',
    ),
    section(say.headings.questions, numbered(questions)),
    section(
      say.headings.keywords,
      keywordPlan(keywords.length > 0 ? keywords : [topic], words, request.language === 'zh' ? 300 : 200, say),
    ),
    section(say.headings.budget, budget(outline, words, say)),
    section(say.headings.check, checks(request, say)),
  ].join('\n\n');
  return {
    title: say.title(topic),
    summary: say.summary(topic, titles.length, outline.length, questions.length, words),
    bodyMarkdown: `${bodyMarkdown}\n`,
  };
}

function section(heading: string, lines: readonly string[], between = '\n'): string {
  return `## ${heading}\n\n${lines.join(between)}`;
}

function numbered(lines: readonly string[]): string[] {
  return lines.map((line, index) => `${index + 1}. ${escapeMarkdown(line)}`);
}

function facts(request: CreationRequest, say: KitWording, angle: string): string[] {
  const { voice } = request.account;
  const requirements = (request.requirements ?? '').split(/[\n;；]+/u).map((line) => line.trim());
  const rows: [string, string | null | undefined][] = [
    [say.facts.angle, angle],
    [say.facts.section, sectionOf(request)?.name ?? request.category],
    [say.facts.tone, request.tone ?? voice.tone],
    [say.facts.persona, voice.persona],
    ...requirements.map((line): [string, string] => [say.facts.requirement, line]),
  ];
  return rows.flatMap(([label, value]) => (value ? [`- **${label}**${say.colon}${escapeMarkdown(value)}`] : []));
}

/** The leading keyword about once per `every` words, the others half as often. */
function keywordPlan(keywords: readonly string[], words: number, every: number, say: KitWording): string[] {
  return keywords.map(
    (word, index) => `- ${say.keyword(escapeMarkdown(word), Math.max(1, Math.round(words / every / (index === 0 ? 1 : 2))), index === 0)}`,
  );
}

/** Rounded to tens. The largest part absorbs the rounding, so that the sum is exact. */
function budget(outline: readonly KitPart[], words: number, say: KitWording): string[] {
  const parts = outline.map(({ share }) => Math.round((words * share) / 1000) * 10);
  const largest = outline.reduce((best, part, index) => (part.share > (outline[best]?.share ?? 0) ? index : best), 0);
  parts[largest] = (parts[largest] ?? 0) + words - parts.reduce((sum, each) => sum + each, 0);
  return [...outline.map((part, index) => `- ${part.heading}${say.colon}${say.about(parts[index] ?? 0)}`), `- **${say.total(words)}**`];
}

function checks({ account: { voice } }: CreationRequest, say: KitWording): string[] {
  const required = (voice.requiredPhrases ?? []).map((phrase) => say.required(phrase));
  const forbidden = (voice.forbiddenPhrases ?? []).map((phrase) => say.forbidden(phrase));
  return [...say.checks, ...required, ...forbidden].map((line) => `- [ ] ${escapeMarkdown(line)}`);
}
