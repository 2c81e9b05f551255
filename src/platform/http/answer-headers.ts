import type { HeaderObject, ReferenceObject } from '@nestjs/swagger';

/** Response headers of the API description, under components/headers. */
export const ANSWER_HEADERS = {
  'Content-Language': {
    description: 'The language of the texts for readers, which Accept-Language chooses. Absent where a request could not be read.',
    schema: { type: 'string', enum: ['en', 'zh'] },
  },
  ETag: {
    required: true,
    description: 'The version of the answer, such as "v3". Send it as If-Match with a change.',
    schema: { type: 'string' },
  },
  'Idempotency-Replayed': {
    description: 'The key was used before: nothing was stored, and the answer is about the first task.',
    schema: { type: 'string', enum: ['true'] },
  },
  Link: { description: 'Link to the next page of the list, with rel="next".', schema: { type: 'string' } },
  Location: { required: true, description: 'Path of the created object; of a redirection, its target.', schema: { type: 'string' } },
  'RateLimit-Limit': {
    description: 'Requests that the key may send in a minute to this process. With every answer to a key, unless there is no limit.',
    schema: { type: 'integer', minimum: 1 },
  },
  'RateLimit-Remaining': { description: 'How many of them are left now.', schema: { type: 'integer', minimum: 0 } },
  'RateLimit-Reset': { description: 'Seconds until the full number is available again.', schema: { type: 'integer', minimum: 0 } },
  'Retry-After': {
    description: 'Seconds after which a retry may succeed. Absent when the answer is final.',
    schema: { type: 'integer', minimum: 0 },
  },
  'WWW-Authenticate': { required: true, description: 'The scheme that the server accepts: Bearer.', schema: { type: 'string' } },
} as const satisfies Record<string, HeaderObject>;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;

/** For the options of ApiOkResponse and similar: adds these headers. */
export function withHeaders(...names: AnswerHeader[]): { headers: Record<string, ReferenceObject> } {
  return { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };
}
