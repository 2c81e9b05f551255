import { isLoopbackHost } from '../../platform/config/settings.ts';
import type { YamlNode } from './yaml-node.ts';
import { type BodyTemplate, fitsHeader, hasDotSegments, METHODS, type RequestTemplate } from './request-template.ts';
import { Template, TemplateError } from './template.ts';

/** What the templates of a task may read: names of its params, and the secrets of the file. */
export interface KnownNames {
  params: readonly string[];
  env: readonly string[];
  /** Allows secrets over plain http to other machines (SECRETS_OVER_HTTP). */
  secretsOverHttp: boolean;
}

/** Takes the place of a template that was rejected. */
const FAULTY = new Template('');
const HEADER = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers of the connection, and those that choose the target. */
const OWN_HEADERS = /^(?:host|connection|keep-alive|content-length|transfer-encoding|accept-encoding|expect|te|trailer|upgrade|proxy-.*)$/i;
const NOT_IN_A_URL = /[\s\\\p{Cc}]/u;

export function readRequest(place: YamlNode | undefined, known: KnownNames): RequestTemplate {
  const fields = place?.fields(['method', 'url', 'query', 'headers', 'body'], ['method', 'url']) ?? {};
  const method = fields.method?.oneOf(METHODS) ?? 'GET';
  if (fields.body && method === 'GET') fields.body.reject('is not sent with a GET', 'Use query, or another method');
  if (fields.body && (typeof fields.body.value !== 'object' || fields.body.value === null)) {
    fields.body.reject('is neither a map nor a list', 'Write the JSON as YAML; its strings may be templates');
  }
  const request: RequestTemplate = {
    method,
    url: fields.url ? readUrl(fields.url, known) : FAULTY,
    query: (fields.query?.members() ?? []).map(([name, value]) => [name, readTemplate(value, known)] as const),
    headers: readHeaders(fields.headers?.members() ?? [], known),
    body: fields.body && readBody(fields.body, known),
  };
  if (fields.url && !known.secretsOverHttp && leavesInTheClear(request.url) && sendsSecret(request)) {
    fields.url.reject('sends a secret over plain http, unencrypted', 'Use https, or set SECRETS_OVER_HTTP=true');
  }
  return request;
}

/** True when the request leaves this machine unencrypted. */
function leavesInTheClear(url: Template): boolean {
  const target = URL.parse(url.shape('x'));
  return target !== null && target.protocol === 'http:' && !isLoopbackHost(target.hostname.replace(/^\[|\]$/g, ''));
}

function sendsSecret({ url, query, headers, body }: RequestTemplate): boolean {
  const templates = [url, ...query.map(([, value]) => value), ...headers.map(([, value]) => value), ...templatesIn(body)];
  return templates.some(({ variables }) => variables.some(([root]) => root === 'env'));
}

function templatesIn(body: BodyTemplate | undefined): Template[] {
  if (body instanceof Template) return [body];
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(templatesIn) : [];
}

function readUrl(place: YamlNode, known: KnownNames): Template {
  const template = readTemplate(place, known);
  if (template === FAULTY) return template;
  // a value in the host would send the secrets of the headers to another server
  const [one, other] = ['x', 'y'].map((filling) => URL.parse(template.shape(filling)));
  if (!one || !other || !/^https?:$/.test(one.protocol) || one.origin !== other.origin) {
    place.reject('is not a complete address with a fixed server', 'Begin with https://server/ and use {{ … }} only after it');
  } else if (one.username || one.password) {
    place.reject('holds a user name or password', 'Send an Authorization header whose value is a secret');
  } else if (NOT_IN_A_URL.test(template.shape('')) || hasDotSegments(template.shape('x'))) {
    place.reject('has a space, a backslash, or . or .. as part of its path', 'Write the address without them');
  }
  return template;
}

function readHeaders(members: [string, YamlNode][], known: KnownNames): [string, Template][] {
  const seen = new Set<string>();
  return members.map(([name, place]) => {
    const lower = name.toLowerCase();
    if (!HEADER.test(name)) place.reject('is not the name of a header', 'Use letters, digits and hyphens');
    if (OWN_HEADERS.test(name)) place.reject('is a header that ContentHub sets itself', 'Remove it');
    if (seen.has(lower)) place.reject('is given twice, in upper and lower case', 'Remove one');
    seen.add(lower);
    const template = readTemplate(place, known);
    if (!fitsHeader(template.shape(''))) place.reject('has a character that headers cannot contain', 'Use ASCII on one line');
    return [lower, template];
  });
}

function readBody(place: YamlNode, known: KnownNames): BodyTemplate {
  const { value } = place;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return value;
  if (typeof value === 'string') return readTemplate(place, known);
  if (Array.isArray(value)) return place.items().map((item) => readBody(item, known));
  return Object.fromEntries(place.members().map(([name, member]) => [name, readBody(member, known)]));
}

/** Reads a string with templates. A number or a boolean becomes its text. */
function readTemplate(place: YamlNode, known: KnownNames): Template {
  const { value } = place;
  if (typeof value === 'number' || typeof value === 'boolean') return new Template(String(value));
  const source = place.text('a string', /^/);
  try {
    const template = new Template(source);
    for (const path of template.variables) checkVariable(path, known, place);
    return template;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    place.reject(
      `is not a template: ${error.message}`,
      'Values are written {{ params.name }}, with filters {{ params.name | upcase }}; there are no {% tags %}',
    );
    return FAULTY;
  }
}

function checkVariable(path: readonly (string | null)[], known: KnownNames, place: YamlNode): void {
  const [root, name, ...rest] = path;
  const groups = new Map<unknown, readonly unknown[]>([
    ['params', known.params],
    ['env', known.env],
    ['task', ['id', 'attempt']],
  ]);
  if (rest.length === 0 && groups.get(root)?.includes(name)) return;
  const spoken = path.map((step) => step ?? '[…]').join('.');
  place.reject(`reads ${spoken}, which does not exist`, HINTS.get(root) ?? 'Templates can read params.…, env.…, task.id and task.attempt');
}

const HINTS = new Map<unknown, string>([
  ['params', 'Templates read params.name, declared under params'],
  ['env', 'Templates read env.NAME, listed under secrets at the top of the file'],
]);
