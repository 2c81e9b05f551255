import type { CreationRequest } from '../creator.ts';

/** The request as JSON for a creator outside of this process: without ids of this installation. */
export function toWireRequest({ account, options, ...request }: CreationRequest): Record<string, unknown> {
  const { name, voice, sections } = account;
  return { ...request, account: { name, voice, sections }, options };
}
