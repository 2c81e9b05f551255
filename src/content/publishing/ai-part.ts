import type { AiLabelLevel } from '../../channels/label/ai-label.ts';

/** What a model had to do with a text, for its label. */
export interface AiPart {
  readonly level: AiLabelLevel;
  readonly model: string | null;
  readonly provider: string | null;
}

/** Creators that use no model: they quote their sources. */
const WITHOUT_MODEL: ReadonlySet<unknown> = new Set(['offline']);

/** Every text is labelled, unless its creator is known to use no model. An edit by a person makes it an assisted one. */
export function aiPartOf(provenance: Readonly<Record<string, unknown>>, isEdited: boolean): AiPart {
  const { creator, aiGenerated, models, providers } = provenance;
  if (WITHOUT_MODEL.has(creator) && aiGenerated !== true) return { level: 'none', model: null, provider: null };
  return { level: isEdited ? 'assisted' : 'generated', model: named(models), provider: named(providers) };
}

function named(names: unknown): string | null {
  const texts = Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
  return texts.length === 0 ? null : texts.join(', ');
}
