import type { ParameterObject, ResponseObject, SchemaObject } from '@nestjs/swagger';
import { NOT_RATE_LIMITED_EXTENSION } from '../../../platform/auth/not-rate-limited.decorator.ts';
import { withHeaders } from '../../../platform/http/answer-headers.ts';
import type { DescribedOperation } from './operations.ts';

export const PROBLEM_SCHEMA: SchemaObject = {
  type: 'object',
  description: 'RFC 9457. `code` is stable; `title` and `detail` are for readers.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId', 'retryable', 'errors'],
  properties: {
    type: { type: 'string', example: 'urn:contenthub:problem:invalid_body' },
    title: { type: 'string', example: 'The body is not valid.' },
    status: { type: 'integer', example: 422 },
    detail: { type: 'string' },
    instance: { type: 'string', example: '/accounts' },
    code: { type: 'string', example: 'invalid_body' },
    traceId: { type: 'string', description: 'Also in X-Request-Id and in the log.' },
    retryable: { type: 'boolean', description: 'The same request may succeed later; Retry-After says when.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON pointer into the body, or /name of a parameter or header.', example: '/topic' },
          code: { type: 'string', example: 'is_string' },
          detail: { type: 'string' },
        },
      },
    },
  },
};

const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

const DESCRIPTIONS = {
  400: 'The request cannot be read: its JSON, a query parameter, a cursor or a header is not valid.',
  401: 'The Authorization header is missing, or its key is unknown, revoked or expired.',
  403: 'The role of the key does not permit this.',
  404: 'There is no object with this name or id.',
  412: 'The object was changed since it was read: read it again, and repeat the change with its new ETag.',
  413: 'The body is larger than this route accepts.',
  415: 'The Content-Type, charset or encoding of the body is not one that this route accepts.',
  422: 'The request is readable, but a value is not allowed; `errors` names each one.',
  428: 'The header If-Match is missing.',
  429: 'The key has reached its rate limit, or too many requests of this address had invalid keys.',
};
type CommonStatus = keyof typeof DESCRIPTIONS;

/**
 * Sent with every answer to a valid key while rate limits are enabled, also with the 401 for a token of an agent that
 * registered again.
 */
const OF_LIMITS = ['RateLimit-Limit', 'RateLimit-Remaining', 'RateLimit-Reset'] as const;
const OF_PROBLEMS = ['Content-Language', ...OF_LIMITS] as const;
const HEADERS: Record<string, ReturnType<typeof withHeaders>> = {
  401: withHeaders('WWW-Authenticate', ...OF_PROBLEMS),
  412: withHeaders('ETag', ...OF_PROBLEMS),
  429: withHeaders('Retry-After', ...OF_PROBLEMS),
};

/** Referenced in components/responses, by status. */
export const PROBLEM_RESPONSES: Record<string, ResponseObject> = {
  Problem: {
    description: 'Any other error, such as 414 for a path that is too long, or 503 with Retry-After while the database is unreachable.',
    ...withHeaders('Retry-After', ...OF_PROBLEMS),
    content: PROBLEM_CONTENT,
  },
  ...Object.fromEntries(
    Object.entries(DESCRIPTIONS).map(([status, description]) => [
      nameOf(status),
      { description, ...(HEADERS[status] ?? withHeaders(...OF_PROBLEMS)), content: PROBLEM_CONTENT },
    ]),
  ),
};

/**
 * Adds the problems that follow from the shape of a route: its input and its authentication. Specific problems (409)
 * are declared at the controller and get their content here.
 */
export function addProblems({ method, operation }: DescribedOperation): void {
  const parameters = (operation.parameters ?? []) as ParameterObject[];
  const has = (place: ParameterObject['in']): boolean => parameters.some((parameter) => parameter.in === place);
  const takesBody = method !== 'get';
  const conditional = parameters.some(({ name }) => name === 'If-Match');
  const common: [CommonStatus, boolean][] = [
    [400, takesBody || has('query') || has('header')],
    [401, operation.security === undefined],
    [403, operation.security === undefined],
    [404, has('path')],
    [412, conditional],
    [413, takesBody],
    [415, takesBody],
    [422, takesBody || has('query') || has('path')],
    [428, conditional],
    [429, operation.security === undefined],
  ];
  const declared = operation.responses as Record<string, ResponseObject>;
  for (const [status, response] of Object.entries(declared)) {
    if (Number(status) < 400 || response.content !== undefined) continue;
    const headers = { ...response.headers, ...withHeaders('Content-Language').headers };
    declared[status] = { ...response, content: PROBLEM_CONTENT, headers };
  }
  const rateLimited = operation.security === undefined && Reflect.get(operation, NOT_RATE_LIMITED_EXTENSION) !== true;
  if (rateLimited) for (const response of Object.values(declared)) describeLimits(response);
  const added = common.filter(([status, applies]) => applies && !(status in declared));
  operation.responses = {
    ...declared,
    ...Object.fromEntries(added.map(([status]) => [status, { $ref: `#/components/responses/${nameOf(status)}` }])),
    default: { $ref: '#/components/responses/Problem' },
  };
}

function describeLimits(response: ResponseObject): void {
  response.headers = { ...response.headers, ...withHeaders(...OF_LIMITS).headers };
}

function nameOf(status: string | number): string {
  return `Problem${status}`;
}
