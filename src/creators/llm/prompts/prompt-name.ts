export const PROMPT_NAMES = ['system', 'outline', 'draft', 'check', 'revise', 'repair', 'titles'] as const;
export type PromptName = (typeof PROMPT_NAMES)[number];
