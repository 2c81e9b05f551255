import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';
import { toFieldErrors } from '../../platform/http/validation.ts';
import type { TaskDefinition } from './task-definition.registry.ts';

const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };

/** The params as the definition's handler will get them. Throws a 422 that points at each wrong field. */
export function validateParams(definition: TaskDefinition, params: unknown = {}): object {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw invalid(definition.name, [{ pointer: '/params', code: 'not_an_object', detail: 'must be a JSON object' }]);
  }
  if (!definition.params) return params;
  const instance = plainToInstance(definition.params, params, { enableImplicitConversion: false });
  const errors = toFieldErrors(validateSync(instance, RULES), '/params');
  if (errors.length > 0) throw invalid(definition.name, errors);
  return instance;
}

function invalid(name: string, errors: ProblemDetail[]): ProblemError {
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ');
  return ProblemError.unprocessable('invalid_params', `The params do not fit the task "${name}".`, { detail, errors });
}
