import { checkCreation } from '../check-creation.ts';
import type { CreationRequest, CreationResult, CreationRun } from '../creator.ts';
import { drawCover } from './cover.ts';
import { composeDataArticle } from './data-article/data-article.ts';
import { chooseDataSource, dayOf, loadData } from './data-article/data-source.ts';
import { ignoredWishes } from './ignored-wishes.ts';
import { enterStep, hashOfInputs, OFFLINE, OFFLINE_VERSION } from './offline-form.ts';
import { offlineOptions } from './offline-options.ts';
import type { SourceAccess } from './source-loader.ts';

/** Writes an article from a template and one data source. */
export async function writeDataArticle(request: CreationRequest, run: CreationRun, access: SourceAccess): Promise<CreationResult> {
  const options = offlineOptions(request.options);
  const source = chooseDataSource(request.sources, options.data);
  await enterStep(run, 5, 'topic');
  const data = await run.checkpoint('topic', [OFFLINE_VERSION, source], () => loadData(source, access));
  await enterStep(run, 40, 'draft');
  const { template, rows, ...text } = composeDataArticle(request, data, options);
  run.log('info', 'figures computed', { rows, sha256: data.sha256 });

  await enterStep(run, 75, 'images');
  const coverSvg = drawCover({ title: text.title, account: request.account.name, date: dayOf(data) });

  await enterStep(run, 85, 'check');
  const findings = ignoredWishes(request);
  const { sha256, location, modifiedAt, readAt } = data;
  const provenance = {
    creator: OFFLINE,
    version: OFFLINE_VERSION,
    form: 'data-article',
    method: 'a template and named computations on the cells of a table, no model',
    inputsHash: hashOfInputs(request, sha256),
    template,
    data: { name: data.name, location, sha256, modifiedAt, readAt, rows },
  };
  const checked = checkCreation(request, { ...text, kind: 'data', findings, provenance });

  await enterStep(run, 95, 'package');
  return {
    ...text,
    kind: 'data',
    findings,
    coverSvg,
    claims: [],
    usage: null,
    provenance,
    warnings: checked.findings.map(({ code, detail }) => `${code}: ${detail}`),
    qualityScore: checked.score,
  };
}
