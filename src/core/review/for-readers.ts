/** Kinds that are never approved or published, with the reason code of the review. */
export const NOT_FOR_READERS: Readonly<Record<string, string>> = {
  brief: 'brief_needs_a_writer',
  sample: 'sample_not_for_readers',
};

/** False for a kind that has no score, no length rule and no approval: a plan for a writer, or the output of a test. */
export function isForReaders(kind: string): boolean {
  return NOT_FOR_READERS[kind] === undefined;
}
