import { TaskFailure } from '../../core/task/failure.ts';
import { cutText } from '../../core/text/storable-text.ts';
import { Template, TemplateError, type TemplateScope } from './template.ts';

export const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** A JSON value whose strings are templates. */
export type BodyTemplate = Template | number | boolean | null | readonly BodyTemplate[] | { readonly [name: string]: BodyTemplate };

export interface RequestTemplate {
  readonly method: (typeof METHODS)[number];
  readonly url: Template;
  readonly query: readonly (readonly [string, Template])[];
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, Template])[];
  readonly body: BodyTemplate | undefined;
}

export interface RenderedRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** Methods that are idempotent: a repeated request has no second effect. */
const REPEATABLE = new Set(['GET', 'DELETE']);
const MAX_LABEL = 300;
const NOT_IN_A_HEADER = /[^\t\x20-\x7e\x80-\xff]/;
/** Dot segments of the URL standard, in which a dot may also be written as %2e. */
const DOT_SEGMENT = /^(?:\.|%2e){1,2}$/i;

/**
 * Renders the request for these values. `traceContext` is sent as traceparent, unless the file sets that header. A value cannot leave its place: it is percent-encoded in the url and the
 * query, a JSON value in the body, and a header rejects line breaks.
 * @throws {TaskFailure} invalid_input
 */
export function renderRequest(request: RequestTemplate, scope: TemplateScope, traceContext: string | null = null): RenderedRequest {
  try {
    const body = request.body === undefined ? undefined : JSON.stringify(renderBody(request.body, scope));
    return { method: request.method, url: renderUrl(request, scope), headers: renderHeaders(request, scope, traceContext), body };
  } catch (error) {
    if (error instanceof TemplateError) throw new TaskFailure('invalid_input', `a template failed: ${error.message}`, 'template_failed');
    throw error;
  }
}

/** The name of the request in messages: its address with the params, and secrets by their names. Truncated after 300 characters. */
export function labelOf(request: RequestTemplate, scope: TemplateScope): string {
  const env = Object.fromEntries(Object.keys(scope.env).map((name) => [name, name]));
  const label = `${request.method} ${urlOrTemplate(request, { ...scope, env })}`;
  return label.length > MAX_LABEL ? `${cutText(label, MAX_LABEL)}…` : label;
}

function urlOrTemplate(request: RequestTemplate, scope: TemplateScope): string {
  try {
    return renderUrl(request, scope);
  } catch {
    return request.url.source; // the request itself fails with the reason
  }
}

/** True when the path contains . or .., which a URL parser would remove together with the segment before it. */
export function hasDotSegments(url: string): boolean {
  const [path = ''] = url.split(/[?#]/, 1);
  return path.split('/').some((segment) => DOT_SEGMENT.test(segment));
}

function renderUrl({ url, query }: RequestTemplate, scope: TemplateScope): string {
  const address = url.text(scope, (value) => encodeURIComponent(value.toWellFormed()));
  if (hasDotSegments(address))
    throw new TaskFailure('invalid_input', 'a value in the path would be . or .., which names another path', 'dot_segment');
  const target = new URL(address);
  for (const [name, value] of query) {
    const text = value.optionalText(scope);
    if (text !== undefined) target.searchParams.append(name, text);
  }
  return target.href;
}

function renderHeaders(
  { method, headers, body }: RequestTemplate,
  scope: TemplateScope,
  traceContext: string | null,
): Record<string, string> {
  const rendered: Record<string, string> = { accept: 'application/json' };
  if (body !== undefined) rendered['content-type'] = 'application/json';
  // equal for every attempt, so that the server can detect a repeated request
  if (!REPEATABLE.has(method)) rendered['idempotency-key'] = scope.task.id;
  if (traceContext !== null) rendered['traceparent'] = traceContext;
  for (const [name, value] of headers) {
    const text = value.optionalText(scope);
    if (text === undefined) continue;
    if (!fitsHeader(text))
      throw new TaskFailure(
        'invalid_input',
        `the value of the header ${name} has a character that headers cannot contain`,
        'invalid_header',
      );
    rendered[name] = text;
  }
  return rendered;
}

export function fitsHeader(text: string): boolean {
  return !NOT_IN_A_HEADER.test(text);
}

function renderBody(template: BodyTemplate, scope: TemplateScope): unknown {
  if (typeof template !== 'object' || template === null) return template;
  if (template instanceof Template) return template.value(scope) ?? null;
  if (isList(template)) return template.map((element) => renderBody(element, scope));
  return Object.fromEntries(Object.entries(template).map(([name, value]) => [name, renderBody(value, scope)]));
}

function isList(template: BodyTemplate): template is readonly BodyTemplate[] {
  return Array.isArray(template);
}
