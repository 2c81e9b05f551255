import type { CreationFinding } from '../../core/text/check-content.ts';
import type { CreationRequest } from '../creator.ts';
import { sectionOf } from './section-plan.ts';

/** Parts of a request that this creator ignores, because it has no model. */
export function ignoredWishes(request: CreationRequest): CreationFinding[] {
  const { requirements, tone, category, previousFindings } = request;
  const findings: CreationFinding[] = [];
  const add = (member: string, detail: string): void => {
    findings.push({ code: 'wish_ignored', detail, pointer: `/${member}` });
  };
  if (requirements?.trim())
    add(
      'requirements',
      `The requirements were not followed: the offline creator has no model, and quotes or computes what it writes. Edit the text, or name keywords.`,
    );
  if (tone?.trim())
    add('tone', `The tone "${tone.trim()}" was not followed: the sentences keep the tone of their source or template. Edit the text.`);
  if (previousFindings.length > 0)
    add(
      'previousFindings',
      'The objections to the earlier version were not followed: the offline creator has no model. Edit the text, change the sources, or rewrite it with another creator.',
    );
  if (category !== null && sectionOf(request) === undefined)
    add('category', `The account has no section "${category}": it changed nothing. Name a section by its code or its name.`);
  return findings;
}
