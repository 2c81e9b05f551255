import type { HeaderObject, ReferenceObject } from '@nestjs/swagger';

/** Headers of answers, as the API description has them under components/headers. */
export const ANSWER_HEADERS = {
  ETag: {
    required: true,
    description: 'The version of what was answered, such as "v3". A change sends it back as If-Match.',
    schema: { type: 'string' },
  },
  'Idempotency-Replayed': {
    description: 'The key was used before: nothing was stored, and the answer is about the first task.',
    schema: { type: 'string', enum: ['true'] },
  },
  Link: { description: 'Where the rest of the list is, with rel="next".', schema: { type: 'string' } },
  Location: { required: true, description: 'Path of what was created.', schema: { type: 'string' } },
  'RateLimit-Limit': {
    description: 'Requests that the key may send in a minute to this process. With every answer to a key, unless there is no limit.',
    schema: { type: 'integer', minimum: 1 },
  },
  'RateLimit-Remaining': { description: 'Requests of those that may be sent now.', schema: { type: 'integer', minimum: 0 } },
  'RateLimit-Reset': { description: 'Seconds until all of them may be sent again.', schema: { type: 'integer', minimum: 0 } },
  'Retry-After': {
    description: 'Seconds until it is worth asking again. Left out when the answer is final.',
    schema: { type: 'integer', minimum: 0 },
  },
  'WWW-Authenticate': { required: true, description: 'The scheme that the server takes: Bearer.', schema: { type: 'string' } },
} as const satisfies Record<string, HeaderObject>;

export type AnswerHeader = keyof typeof ANSWER_HEADERS;

/** For the options of ApiOkResponse and its like: these headers come with the answer. */
export function withHeaders(...names: AnswerHeader[]): { headers: Record<string, ReferenceObject> } {
  return { headers: Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }])) };
}
