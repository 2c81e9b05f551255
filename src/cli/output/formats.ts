/** `name`: the ids alone, a line for each. */
export const FORMATS = ['table', 'json', 'jsonl', 'csv', 'yaml', 'name'] as const;
export type Format = (typeof FORMATS)[number];
