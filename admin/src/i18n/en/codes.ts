/** Codes of failures: those of creators, of the engine and of channels. */
export const errorCodes = {
  transient: 'Failed for the moment',
  rate_limited: 'Too many requests',
  timeout: 'No answer in time',
  invalid_input: 'The request is not usable',
  invalid_output: 'The result is not usable',
  insufficient_material: 'Too little material',
  rejected: 'Rejected',
  rejected_content: 'The content was rejected',
  budget_exceeded: 'The budget is used up',
  unknown_outcome: 'Outcome unknown',
  incompatible: 'The creator does not understand the request',
  nothing_to_write: 'Nothing to write',
  cancelled: 'Cancelled',
  crashed: 'The process crashed',
  internal: 'Error in the program',
} as Record<string, string>;

/** How a content was made, by the first words of the method that the server names. */
export const methods = {
  'language model': 'A language model wrote it',
  'extractive digest': 'A digest of sentences of the sources, without a model',
  'a list of own': 'A list of own articles with a quoted sentence each, without a model',
  'writing kit': 'A writing kit for an author, without a model',
  'a template and named': 'Computed from the cells of a table, without a model',
  'another system': 'Another system wrote it',
  simulation: 'A simulation for tests, without a model',
} as Record<string, string>;
