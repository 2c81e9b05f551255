import type { CreationRequest, CreationResult, CreationRun } from '../creator.ts';
import { drawCover } from './cover.ts';
import { enterStep, hashOfInputs, OFFLINE, OFFLINE_VERSION } from './offline-form.ts';
import { composeWritingKit } from './writing-kit.ts';

/** Writes a kit for a writer from a topic alone. */
export async function writeWritingKit(request: CreationRequest & { topic: string }, run: CreationRun): Promise<CreationResult> {
  await enterStep(run, 10, 'outline');
  const kit = composeWritingKit(request);
  await enterStep(run, 60, 'images');
  const coverSvg = drawCover({ title: kit.title, account: request.account.name, date: null });
  await enterStep(run, 90, 'package');
  return {
    ...kit,
    kind: 'brief',
    boilerplate: [],
    findings: [],
    sources: [],
    coverSvg,
    claims: [],
    usage: null,
    provenance: {
      creator: OFFLINE,
      version: OFFLINE_VERSION,
      form: 'writing-kit',
      method: 'writing kit computed from the request, no model',
      inputsHash: hashOfInputs(request, []),
    },
    warnings: ['A writing kit is a brief for a writer, not an article. Add sources to get a digest.'],
    qualityScore: null,
  };
}
