import type { CreationFinding } from '../../core/text/check-content.ts';
import type { CreationRequest } from '../creator.ts';
import { sectionOf } from './section-plan.ts';

/** Parts of a request that a digest ignores, because it only quotes. */
export function ignoredWishes(request: CreationRequest): CreationFinding[] {
  const { requirements, tone, category } = request;
  const findings: CreationFinding[] = [];
  const add = (member: string, detail: string): void => {
    findings.push({ code: 'wish_ignored', detail, pointer: `/${member}` });
  };
  if (requirements?.trim())
    add(
      'requirements',
      `The requirements were not followed: the offline creator quotes its sources and writes nothing. Edit the text, or name keywords.`,
    );
  if (tone?.trim())
    add('tone', `The tone "${tone.trim()}" was not followed: quoted sentences keep the tone of their source. Edit the text.`);
  if (category !== null && sectionOf(request) === undefined)
    add('category', `The account has no section "${category}": it changed nothing. Name a section by its code or its name.`);
  return findings;
}
