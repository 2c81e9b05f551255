import { type ArgumentMetadata, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import { ProblemError, type ProblemDetail } from './problem.ts';
import { closest } from '../../core/text/closest.ts';

/** Cap on reported validation errors, so that a body with 1,000 wrong elements does not get 1,000 sentences. */
const MAX_REPORTED_ERRORS = 20;

const NOT_AN_OBJECT: ProblemDetail = { pointer: '', code: 'not_an_object', detail: 'must be a JSON object' };

class Findings extends Error {
  readonly errors: ValidationError[];

  constructor(errors: ValidationError[]) {
    super();
    this.errors = errors;
  }
}

/**
 * Validates bodies, queries and path parameters against their DTO classes. Unknown members are rejected, and nothing
 * is converted implicitly. 422 `invalid_body` with JSON pointers; 400 `invalid_query` and `invalid_path`.
 */
export class RequestValidationPipe extends ValidationPipe {
  constructor() {
    super({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
      disableErrorMessages: false,
      transformOptions: { enableImplicitConversion: false },
      validationError: { target: true, value: false },
      exceptionFactory: (errors) => new Findings(errors),
    });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    if (metadata.type === 'body' && this.toValidate(metadata) && isNoObject(value)) throw invalidBody([NOT_AN_OBJECT]);
    try {
      return (await super.transform(value, metadata)) as unknown;
    } catch (error) {
      throw error instanceof Findings ? toProblem(error.errors, metadata.type) : error;
    }
  }
}

/** ValidationPipe treats null, strings and numbers as {}. Undefined means no body. */
function isNoObject(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null || Array.isArray(value));
}

function toProblem(errors: ValidationError[], place: ArgumentMetadata['type']): ProblemError {
  const found = toFieldErrors(errors, '', place === 'query' ? 'parameter' : 'member');
  const detail = detailOf(found);
  if (place === 'query') return ProblemError.badRequest('invalid_query', 'The query is not valid.', { detail, errors: found });
  if (place === 'param') return ProblemError.badRequest('invalid_path', 'The path is not valid.', { detail, errors: found });
  return invalidBody(found);
}

function invalidBody(errors: ProblemDetail[]): ProblemError {
  return ProblemError.unprocessable('invalid_body', 'The body is not valid.', { detail: detailOf(errors), errors });
}

function detailOf(errors: readonly ProblemDetail[]): string {
  return errors.map(({ detail }) => detail.replace(/[^?]$/, '$&.')).join(' ');
}

/** Converts errors of class-validator (run with `validationError.target`, its default) to findings with pointers below `prefix`. */
export function toFieldErrors(errors: ValidationError[], prefix = '', kind: 'member' | 'parameter' = 'member'): ProblemDetail[] {
  const found: ProblemDetail[] = [];
  collect(errors, prefix, kind, found);
  return found;
}

/** The body guard bounds the depth to 64, so recursion is safe. */
function collect(errors: ValidationError[], parent: string, kind: string, found: ProblemDetail[]): void {
  for (const error of errors) {
    if (found.length >= MAX_REPORTED_ERRORS) return;
    const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (error.constraints) found.push(finding(error, error.constraints, pointer, kind));
    collect(error.children ?? [], pointer, kind, found);
  }
}

/** One finding per member. With several broken rules it is the one written first, because a missing string is not “too long”. */
function finding(error: ValidationError, constraints: Record<string, string>, pointer: string, kind: string): ProblemDetail {
  if ('whitelistValidation' in constraints) return unknownMember(error, pointer, kind);
  if (error.target === undefined) return NOT_AN_OBJECT; // the body itself
  if (Reflect.get(error.target, error.property) === undefined)
    return { pointer, code: 'required', detail: `${error.property} is required` };
  const [rule, message] = Object.entries(constraints).at(-1) ?? ['', '']; // decorators run from the last to the first
  return { pointer, code: snake(rule), detail: message };
}

function unknownMember(error: ValidationError, pointer: string, kind: string): ProblemDetail {
  const meant = closest(error.property, knownMembers(error.target));
  const name = error.property.slice(0, 60);
  return { pointer, code: `unknown_${kind}`, detail: `there is no ${kind} ‘${name}’${meant ? `, did you mean ‘${meant}’?` : ''}` };
}

function knownMembers(target: object | undefined): Set<string> {
  if (target === undefined) return new Set();
  const rules = getMetadataStorage().getTargetValidationMetadatas(target.constructor, '', false, false);
  return new Set(rules.map(({ propertyName }) => propertyName));
}

/** class-validator names a rule by its decorator: isInt, maxLength. */
function snake(rule: string): string {
  return rule.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`).replace(/^_/, '');
}
