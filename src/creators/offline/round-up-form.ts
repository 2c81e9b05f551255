import { checkCreation } from '../check-creation.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationRequest, CreationResult, CreationRun } from '../creator.ts';
import { drawCover } from './cover.ts';
import { ignoredWishes } from './ignored-wishes.ts';
import { enterStep, hashOfInputs, OFFLINE, OFFLINE_VERSION } from './offline-form.ts';
import { offlineOptions } from './offline-options.ts';
import { ROUND_UP_WORDING } from './round-up/round-up-wording.ts';
import { composeRoundUp } from './round-up/round-up.ts';

/** A longer list is no article. */
const MAX_LISTED = 100;

/** Lists the account's own approved contents of a window. The same window and contents give one round-up. */
export async function writeRoundUp(request: CreationRequest, run: CreationRun): Promise<CreationResult> {
  const { language, account } = request;
  const { days, until = null } = offlineOptions(request.options);
  await enterStep(run, 5, 'topic');
  const { from, to, isOpen, contents } = await run.ownContents({ days, until });
  if (isOpen) {
    const detail = `The day ${to} is not over, and more may be approved on it: name an earlier day in the option "until".`;
    throw new CreationError('invalid_input', detail, { reason: 'window_open' });
  }
  if (contents.length === 0)
    throw new CreationError('nothing_to_write', ROUND_UP_WORDING[language].empty(from, to), { reason: 'window_empty' });
  if (contents.length > MAX_LISTED) {
    const detail = `${contents.length} contents were approved from ${from} to ${to}, and a round-up lists at most ${MAX_LISTED}: lower the option "days".`;
    throw new CreationError('invalid_input', detail, { reason: 'window_too_large' });
  }
  const listed = contents.map(({ id, version, url }) => ({ id, version, url }));
  const inputsHash = hashOfInputs(request, [from, to, listed]);
  const known = await run.findRoundUp(inputsHash);
  if (known !== null) {
    const detail = `The content ${known} is the round-up of these contents from ${from} to ${to}.`;
    throw new CreationError('nothing_to_write', detail, { reason: 'round_up_exists' });
  }

  await enterStep(run, 40, 'draft');
  const text = composeRoundUp(request, { from, to }, contents);
  await enterStep(run, 75, 'images');
  const coverSvg = drawCover({ title: text.title, account: account.name, date: to });

  await enterStep(run, 85, 'check');
  const findings = ignoredWishes(request);
  const provenance = {
    creator: OFFLINE,
    version: OFFLINE_VERSION,
    form: 'round-up',
    method: 'a list of own approved contents with one quoted sentence each, no model',
    inputsHash,
    window: { from, to },
    contents: listed,
  };
  const checked = checkCreation(request, { ...text, kind: 'digest', findings, provenance });

  await enterStep(run, 95, 'package');
  return {
    ...text,
    kind: 'digest',
    findings,
    sources: [],
    coverSvg,
    claims: [],
    usage: null,
    provenance,
    warnings: checked.findings.map(({ code, detail }) => `${code}: ${detail}`),
    qualityScore: checked.score,
  };
}
