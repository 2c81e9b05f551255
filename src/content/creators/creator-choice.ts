import type { CreatorRegistry } from '../../creators/creator.registry.ts';
import { ProblemError } from '../../platform/http/problem.ts';

export const CREATOR_UNKNOWN = 'creator_unknown';

/** @throws {ProblemError} 422 that names the field and the known creators. */
export function checkCreator(registry: CreatorRegistry, name: string, title = `There is no creator "${name}".`): void {
  if (registry.find(name)) return;
  const known = `known are ${registry.names().join(', ')}`;
  throw ProblemError.unprocessable(CREATOR_UNKNOWN, title, {
    detail: `GET /creators lists all: ${known}.`,
    errors: [{ pointer: '/creator', code: CREATOR_UNKNOWN, detail: `is no creator; ${known}` }],
  });
}
