import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { type ProblemDetail, ProblemError } from '../../platform/http/problem.ts';
import { toFieldErrors } from '../../platform/http/validation.ts';
import type { TaskDefinition } from './task-definition.registry.ts';
import type { ParamsClass, ParamsRule } from './task-handler.decorator.ts';

const RULES = { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true };

/** The params in the form that the handler gets. Throws a 422 with a pointer to each wrong field. */
export function validateParams(definition: TaskDefinition, params: unknown = {}): object {
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    throw invalid(definition.name, [{ pointer: '/params', code: 'not_an_object', detail: 'must be a JSON object' }]);
  }
  if (!definition.params) return params;
  const { value, errors } =
    typeof definition.params === 'object' ? definition.params.validate(params) : validateByClass(definition.params, params);
  if (errors.length > 0) throw invalid(definition.name, errors);
  return value;
}

function validateByClass(type: ParamsClass, params: object): ReturnType<ParamsRule['validate']> {
  const value = plainToInstance(type, params, { enableImplicitConversion: false });
  return { value, errors: toFieldErrors(validateSync(value, RULES), '/params') };
}

function invalid(name: string, errors: ProblemDetail[]): ProblemError {
  const detail = errors.map((error) => `${error.pointer}: ${error.detail}`).join('; ');
  return ProblemError.unprocessable('invalid_params', `The params do not fit the task "${name}".`, { detail, errors });
}
