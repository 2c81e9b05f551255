import { createHash } from 'node:crypto';
import type { CreationFinding } from '../../core/text/check-content.ts';
import { CreationError } from '../creation-error.ts';
import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  Creator,
  type CreatorDescription,
  type CreatorHealth,
  USABLE,
} from '../creator.ts';
import { drawCover } from '../offline/cover.ts';
import type { SourceFetcher } from '../offline/source-fetcher.ts';
import { type LoadedSources, loadSources } from '../offline/source-loader.ts';
import { OptionsTable } from '../options-table.ts';
import type { TitleCreator, TitleRequest } from '../title-creator.ts';
import { ArticleWriter, type WrittenArticle } from './article-writer.ts';
import type { ChatClient } from './chat-client.ts';
import type { CircuitBreaker } from './circuit-breaker.ts';
import { toPromptSources, withFootnotes } from './material.ts';
import { ModelCaller } from './model-caller.ts';
import { writeTitles } from './title-writer.ts';
import type { PromptTemplateStore } from './prompts/prompt-template.store.ts';
import type { CreatorMetrics } from '../creator-metrics.ts';
import type { UsageLedger } from '../budgets/usage-ledger.ts';

/** Increase it when the steps or their inputs change: checkpoints of another version are not used. */
const VERSION = '1';
const NOT_CONFIGURED = 'Set LLM_BASE_URL, LLM_API_KEY and LLM_MODEL, or CREATOR_LLM_CONFIG.';

export interface LlmPorts {
  circuits: CircuitBreaker;
  ledger: UsageLedger;
  metrics: CreatorMetrics;
  prompts: PromptTemplateStore;
  fetcher: SourceFetcher;
  sourceRoots: readonly string[];
}

/**
 * Writes an article with a model: sources, outline, one draft for each section, cover, check and at most three revisions. Each
 * call is a checkpoint, so a retry does not pay again for a finished step.
 */
export class LlmCreator extends Creator implements TitleCreator {
  override readonly options = new OptionsTable({
    model: { type: 'string', maxLength: 100, description: 'The model for all steps, instead of the configured ones.' },
    revisions: { type: 'integer', default: 3, minimum: 0, maximum: 3, description: 'The most revisions after a failed check.' },
    judge: { type: 'boolean', default: true, description: 'A model reads the article too; otherwise only the rules check it.' },
  });

  private readonly models: ModelCaller;

  constructor(
    private readonly name: string,
    private readonly clients: readonly ChatClient[],
    private readonly ports: LlmPorts,
  ) {
    super();
    this.models = new ModelCaller(clients, ports.circuits, ports.ledger, ports.metrics);
  }

  override describe(): CreatorDescription {
    const providers = this.clients.map(({ provider: { name, model } }) => `${name} (${model})`).join(', then ') || 'none configured';
    return {
      description: `Articles by a language model, from sources or a topic. Providers: ${providers}.`,
      needsNetwork: true,
      asynchronous: false,
    };
  }

  /** Usable when one provider answers. */
  override async probe(signal: AbortSignal): Promise<CreatorHealth> {
    if (this.clients.length === 0) return { usable: false, code: 'not_configured', detail: NOT_CONFIGURED };
    const problems: CreationError[] = [];
    for (const client of this.clients) {
      try {
        await client.probe(signal);
        return problems.length === 0 ? USABLE : { usable: true, detail: problems.map(({ message }) => message).join(' ') };
      } catch (error) {
        if (!(error instanceof CreationError)) throw error;
        problems.push(error);
      }
    }
    const code = problems.some(({ retryable }) => retryable) ? 'unreachable' : 'unauthorized';
    return { usable: false, code, detail: problems.map(({ message }) => message).join(' ') };
  }

  override async create(request: CreationRequest, run: CreationRun): Promise<CreationResult> {
    run.signal.throwIfAborted();
    this.requireProvider();
    const topic = request.topic?.trim() || null;
    if (topic === null && request.sources.length === 0)
      throw new CreationError('invalid_input', 'There is neither a topic nor a source. Send a topic.');
    run.progress(2, 'topic');
    const { documents, unread, warnings } = await this.readSources(request, run);
    const prompts = await this.ports.prompts.of(request.account.id);
    const payer = { taskId: run.taskId, attempt: run.attempt, accountId: request.account.id, creator: this.name };
    const writer = new ArticleWriter({
      models: this.models,
      payer,
      prompts,
      request: { ...request, topic },
      run,
      sources: toPromptSources(documents),
      version: VERSION,
    });
    const article = await writer.write((body) => withFootnotes(body, documents));

    run.signal.throwIfAborted();
    run.progress(97, 'package');
    const { title, body, sources, findings: faults, ...facts } = article;
    const findings: CreationFinding[] = [
      ...unread.map(({ source, detail }) => ({ code: 'source_unreadable' as const, detail, pointer: `/sources/${source}` })),
      ...(request.options['judge'] === false ? [] : verdictFindings(facts.verdict, faults)),
    ];
    return {
      kind: 'article',
      title,
      summary: article.summary,
      bodyMarkdown: body,
      boilerplate: [],
      findings,
      sources,
      coverSvg: drawCover({
        title,
        account: request.account.name,
        date:
          documents
            .flatMap(({ publishedAt }) => publishedAt ?? [])
            .toSorted((a, b) => a.localeCompare(b))
            .at(-1) ?? null,
      }),
      claims: [],
      usage: facts.usage,
      provenance: {
        creator: this.name,
        version: VERSION,
        method: 'language model',
        inputsHash: hashOf([VERSION, { ...request, options: {} }, documents]),
        aiGenerated: true,
        providers: facts.providers,
        models: facts.models,
        prompts: facts.prompts,
        judge: facts.verdict,
        revisions: facts.revisions,
      },
      warnings: [...warnings, ...faults],
      qualityScore: null,
    };
  }

  async proposeTitles(request: TitleRequest, payer: string, run: Pick<CreationRun, 'signal' | 'log'>): Promise<(string | null)[]> {
    this.requireProvider('not_configured');
    const accountId = request.account.id;
    const prompts = await this.ports.prompts.of(accountId);
    return writeTitles(this.models, prompts, request, { taskId: payer, attempt: 1, accountId, creator: this.name }, run);
  }

  private requireProvider(reason: string | null = null): void {
    if (this.clients.length > 0) return;
    throw new CreationError('invalid_input', `The creator "${this.name}" has no provider. ${NOT_CONFIGURED}`, { reason });
  }

  private async readSources({ sources }: CreationRequest, run: CreationRun): Promise<LoadedSources> {
    if (sources.length === 0) return { documents: [], unread: [], warnings: [] };
    const { fetcher, sourceRoots: roots } = this.ports;
    return run.checkpoint('topic', [VERSION, sources], () => loadSources(sources, { fetcher, roots, signal: run.signal }));
  }
}

/** The rules approve no article that the model did not pass. */
function verdictFindings(verdict: WrittenArticle['verdict'], faults: readonly string[]): CreationFinding[] {
  const pointer = '/bodyMarkdown';
  if (verdict === 'pass') return [];
  if (verdict === 'revise') return [{ code: 'judge_revise', detail: `A model found faults: ${faults.join(' ').slice(0, 1_000)}`, pointer }];
  return [{ code: 'cannot_judge', detail: 'The model that reads the article gave no verdict. Read it yourself.', pointer }];
}

function hashOf(inputs: unknown): string {
  return createHash('sha256').update(JSON.stringify(inputs)).digest('hex');
}
