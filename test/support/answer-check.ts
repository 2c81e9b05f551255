import type { ErrorObject } from 'ajv';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';
import type { FastifyInstance } from 'fastify';
import { appendFileSync, readFileSync } from 'node:fs';

/** One answer, as the server sends it or a client receives it. */
export interface SentAnswer {
  method: string;
  /** The path of the document, such as `/accounts/{id}`; undefined for an unknown route. */
  route: string | undefined;
  status: number;
  header: (name: string) => string | undefined;
  /** Undefined when it is not text or was not read. */
  text: string | undefined;
}

interface DocumentedResponse {
  $ref?: string;
  headers?: Record<string, { $ref: string }>;
  content?: Record<string, unknown>;
}

interface OpenApi {
  paths: Record<string, Record<string, { responses: Record<string, DocumentedResponse> }>>;
  components: { responses: Record<string, DocumentedResponse>; headers: Record<string, { required?: boolean }> };
}

const FILE = 'openapi.json';
/** Routes of Swagger, Bull Board and the admin pages, which no client of the API calls. */
const NOT_OF_THE_API = /^\/(docs|openapi\.json|admin|bull-board)/;
/** Rejected before the routing: too late, path too long, wrong host, headers too large. */
const BEFORE_ANY_ROUTE = new Set([408, 414, 421, 431]);
/** The number of checked answers of a run, one line per process. */
const COUNTS = process.env.TEST_ANSWER_COUNTS;

/** The document and a validator for each body, compiled at its first use. */
class Description {
  readonly document: OpenApi;
  private readonly ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  private readonly validators = new Map<string, ValidateFunction>();

  constructor() {
    this.document = JSON.parse(readFileSync(FILE, 'utf8')) as OpenApi;
    closeObjects(this.document);
    ajvFormats.default(this.ajv);
    this.ajv.addSchema(this.document, FILE);
  }

  validator(reference: string): ValidateFunction {
    const known = this.validators.get(reference);
    if (known) return known;
    const made = this.ajv.compile({ $ref: reference });
    this.validators.set(reference, made);
    return made;
  }
}

/** One for all applications of a process, because reading the document and compiling validators takes CPU. */
let description: Description | undefined;

/** Compares answers with openapi.json. Undeclared members are differences, although clients must accept them. */
export class AnswerCheck {
  readonly differences: string[] = [];
  private count = 0;
  private readonly description = (description ??= new Description());

  check(answer: SentAnswer): void {
    if (answer.route !== undefined && NOT_OF_THE_API.test(answer.route)) return;
    this.count++;
    for (const difference of this.find(answer)) {
      this.differences.push(`${answer.method} ${answer.route ?? '(no route)'} ${answer.status}: ${difference}`);
    }
  }

  /** @throws when an answer so far differs from the document. */
  assertNone(): void {
    const found = this.differences.splice(0);
    if (found.length > 0) throw new Error(`answers differ from ${FILE} (after a change: npm run openapi):\n${found.join('\n')}`);
  }

  /** Adds the checked answers to the count of the run. */
  report(): void {
    if (COUNTS !== undefined) appendFileSync(COUNTS, `${this.count}\n`);
    this.count = 0;
  }

  /** For servers in separate processes. @throws when the answer differs from the document. */
  checkFetched(method: string, path: string, { status, headers }: Response, text: string): void {
    this.check({ method, route: this.routeOf(path), status, header: (name) => headers.get(name) ?? undefined, text });
    this.report();
    this.assertNone();
  }

  /** The path of the document for a path; literal segments win, as in the router. */
  private routeOf(path: string): string | undefined {
    const segments = path.split('?', 1)[0]?.split('/') ?? [];
    const fits = Object.keys(this.description.document.paths).filter((route) => {
      const wanted = route.split('/');
      return wanted.length === segments.length && wanted.every((part, at) => part === segments[at] || part.startsWith('{'));
    });
    return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0];
  }

  private find(answer: SentAnswer): string[] {
    const found = this.responseOf(answer);
    if (typeof found === 'string') return [found];
    const { response, pointer } = found;
    return [...this.headerFaults(response, answer), ...this.bodyFaults(response, pointer, answer)];
  }

  private responseOf({ method, route, status }: SentAnswer): { response: DocumentedResponse; pointer: string } | string {
    const common = { response: this.description.document.components.responses.Problem ?? {}, pointer: '/components/responses/Problem' };
    if (route === undefined) return common;
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
    const responses = this.description.document.paths[route]?.[verb]?.responses;
    if (!responses) return 'the operation is not described';
    const response = responses[status];
    if (!response) return status >= 500 || BEFORE_ANY_ROUTE.has(status) ? common : 'the status is not described';
    const name = response.$ref?.split('/').at(-1);
    if (name === undefined) return { response, pointer: `/paths/${escaped(route)}/${verb}/responses/${status}` };
    return { response: this.description.document.components.responses[name] ?? {}, pointer: `/components/responses/${name}` };
  }

  private headerFaults({ headers = {} }: DocumentedResponse, { header }: SentAnswer): string[] {
    return Object.entries(this.description.document.components.headers).flatMap(([name, { required }]) => {
      const sent = header(name.toLowerCase()) !== undefined;
      if (sent && !(name in headers)) return [`the header ${name} is not described`];
      return !sent && required && name in headers ? [`the header ${name} is missing`] : [];
    });
  }

  private bodyFaults({ content = {} }: DocumentedResponse, pointer: string, { method, header, text }: SentAnswer): string[] {
    if (method === 'HEAD' || text === undefined) return [];
    const type = header('content-type')?.split(';', 1)[0]?.trim();
    if (type === undefined || text === '') return Object.keys(content).length > 0 ? ['the body is missing'] : [];
    if (!(type in content)) return [`the content type ${type} is not described`];
    if (!type.endsWith('json')) return [];
    const validate = this.description.validator(`${FILE}#${pointer}/content/${escaped(type)}/schema`);
    return validate(JSON.parse(text)) ? [] : (validate.errors ?? []).map(described);
  }
}

/** Every answer of the server is checked when it is sent, for any client. */
export function checkAnswers(server: FastifyInstance, check: AnswerCheck): void {
  server.addHook('onSend', async (request, reply, payload) => {
    const text = typeof payload === 'string' ? payload : payload === null || payload === undefined ? '' : undefined;
    check.check({
      method: request.method,
      route: request.routeOptions.url?.replaceAll(/:(\w+)/g, '{$1}'),
      status: reply.statusCode,
      header: (name) => reply.getHeader(name)?.toString(),
      text,
    });
    return payload;
  });
}

function described({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`;
}

function escaped(segment: string): string {
  return segment.replaceAll('~', '~0').replaceAll('/', '~1');
}

function closeObjects(node: unknown): void {
  if (typeof node !== 'object' || node === null) return;
  if (Reflect.get(node, 'type') === 'object' && 'properties' in node && !('additionalProperties' in node)) {
    Reflect.set(node, 'additionalProperties', false);
  }
  for (const value of Object.values(node)) closeObjects(value);
}
