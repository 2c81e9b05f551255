import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { CreationRequest, CreationRun, CreationStep } from '../creator.ts';

export const OFFLINE = 'offline';
/** Increase it when the output for the same request changes. */
export const OFFLINE_VERSION = '5';

/** Yields to the event loop between stages and checks for an abort. */
export async function enterStep(run: CreationRun, percent: number, step: CreationStep): Promise<void> {
  await setImmediate();
  run.signal.throwIfAborted();
  run.progress(percent, step);
}

/** SHA-256 of all that changes the text. */
export function hashOfInputs(request: CreationRequest, material: unknown): string {
  const { topic, keywords, category, requirements, tone, language, account, options } = request;
  const { name, voice, sections } = account;
  const steering = [OFFLINE_VERSION, topic, keywords, category, requirements, tone, language, name, voice, sections, options, material];
  return createHash('sha256').update(JSON.stringify(steering)).digest('hex');
}
