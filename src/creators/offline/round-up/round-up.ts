import { escapeMarkdown, markdownToText } from '../../../core/text/markdown-text.ts';
import type { CreationAccount, CreationRequest, CreationResult, OwnContent } from '../../creator.ts';
import { extractOf } from './extract.ts';
import { ROUND_UP_WORDING } from './round-up-wording.ts';

export interface RoundUpWindow {
  from: string;
  to: string;
}

export type RoundUp = Pick<CreationResult, 'title' | 'summary' | 'bodyMarkdown' | 'boilerplate'>;

/** Contents under one heading. */
interface SectionGroup {
  heading: string;
  contents: OwnContent[];
}

/** Lists contents by section: title, link, day, and one sentence of each. */
export function composeRoundUp(
  { language, topic, account }: CreationRequest,
  { from, to }: RoundUpWindow,
  contents: readonly OwnContent[],
): RoundUp {
  const wording = ROUND_UP_WORDING[language];
  const counts = { contents: contents.length, linked: contents.filter(({ url }) => url !== null).length };
  const lead = wording.lead(from, to, counts);
  const groups = groupBySection(contents, account.sections, wording.others);
  const parts = groups.flatMap(({ heading, contents: members }) => [
    `## ${escapeMarkdown(heading)}`,
    members
      .map((content) => {
        const { title, url, day } = content;
        const extract = extractOf(content, language);
        const linked = url === null ? `**${escapeMarkdown(title)}**` : `[${escapeMarkdown(title)}](<${encodeURI(decodeSafely(url))}>)`;
        return `- ${linked}${wording.dated(day)}${extract === null ? '' : escapeMarkdown(extract)}`;
      })
      .join('\n'),
  ]);
  return {
    title: topic ?? wording.title(from, to),
    summary: wording.summary(from, to, counts, contents[0]?.title ?? ''),
    bodyMarkdown: `${[lead, ...parts, '---', `*${wording.closing}*`].join('\n\n')}\n`,
    boilerplate: [markdownToText(lead), wording.closing],
  };
}

/** In the order of the account's sections; contents of no section come last. */
function groupBySection(contents: readonly OwnContent[], sections: CreationAccount['sections'], others: string): SectionGroup[] {
  const sectionOf = ({ category }: OwnContent): string | null =>
    sections.find(({ code, name }) => code === category || name === category)?.name ?? null;
  const named = [...new Set(sections.map(({ name }) => name))].map((heading) => ({
    heading,
    contents: contents.filter((content) => sectionOf(content) === heading),
  }));
  const rest = { heading: others, contents: contents.filter((content) => sectionOf(content) === null) };
  return [...named, rest].filter((group) => group.contents.length > 0);
}

/** Prevents `%20` from becoming `%2520`. */
function decodeSafely(url: string): string {
  try {
    return decodeURI(url);
  } catch {
    return url;
  }
}
