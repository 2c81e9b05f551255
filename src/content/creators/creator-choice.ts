import type { AnyCreator } from '../../creators/creator.ts';
import type { CreatorRegistry } from '../../creators/creator.registry.ts';
import type { CreatorOptions } from '../../creators/options-table.ts';
import { ProblemError } from '../../platform/http/problem.ts';

export const CREATOR_UNKNOWN = 'creator_unknown';
const OPTIONS_INVALID = 'creator_options_invalid';

/** Returns the creator. @throws {ProblemError} 422 that names the field and the known creators. */
export function checkCreator(registry: CreatorRegistry, name: string, title = `There is no creator "${name}".`): AnyCreator {
  const creator = registry.find(name);
  if (creator) return creator;
  const known = `known are ${registry.names().join(', ')}`;
  throw ProblemError.unprocessable(CREATOR_UNKNOWN, title, {
    detail: `GET /creators lists all: ${known}.`,
    errors: [{ pointer: '/creator', code: CREATOR_UNKNOWN, detail: `is no creator; ${known}` }],
  });
}

/** @throws {ProblemError} 422 with a pointer to each option that the creator does not accept. */
export function checkOptions(creator: AnyCreator, name: string, options: CreatorOptions): void {
  const errors = creator.options.faults(options, '/creatorOptions');
  if (errors.length === 0) return;
  throw ProblemError.unprocessable(OPTIONS_INVALID, `The creator "${name}" does not accept these options.`, {
    detail: `${errors.map(({ pointer, detail }) => `${pointer}: ${detail}`).join('; ')}. GET /creators shows the schema.`,
    errors,
  });
}
