import { Injectable } from '@nestjs/common';
import { TaskFailure } from '../../../core/task/failure.ts';
import { CreatorRegistry } from '../../../creators/creator.registry.ts';
import { Settings } from '../../../platform/config/settings.ts';
import { ProblemError } from '../../../platform/http/problem.ts';
import type { TaskContext } from '../../../tasks/definitions/task-context.ts';
import { TaskHandler, type TaskHandlerOf } from '../../../tasks/definitions/task-handler.decorator.ts';
import type { Account } from '../../accounts/account.entity.ts';
import { AccountService } from '../../accounts/account.service.ts';
import { TopicIntakeService } from '../topic-intake.service.ts';
import { TopicSuggestionService } from '../topic-suggestion.service.ts';
import { AsyncContentGenerationParams, type RunResult } from './executor.params.ts';
import { RunReport } from './run-report.ts';
import { type AccountDemand, type RunOptions, TopicPicker } from './topic-picker.ts';

const ASYNC_CONTENT_GENERATION = 'async-content-generation';

/** Content tasks of one transaction. */
const AT_ONCE = 500;
/** Accounts whose sources are read at once, and the time limit of one. */
const READERS = 4;
const READ_MS = 20_000;
type Context = TaskContext<AsyncContentGenerationParams>;

/** Picks topics for accounts and submits a content task for each. The content tasks run on their own. */
@Injectable()
@TaskHandler({
  name: ASYNC_CONTENT_GENERATION,
  description: 'Picks topics for accounts and submits a content task for each.',
  params: AsyncContentGenerationParams,
  timeoutMs: 300_000,
  maxAttempts: 5,
})
export class AsyncContentGenerationExecutor implements TaskHandlerOf<AsyncContentGenerationParams> {
  constructor(
    private readonly accounts: AccountService,
    private readonly creators: CreatorRegistry,
    private readonly settings: Settings,
    private readonly intake: TopicIntakeService,
    private readonly suggestions: TopicSuggestionService,
    private readonly picker: TopicPicker,
  ) {}

  async handle(context: Context): Promise<RunResult> {
    const { params, id, log, createdBy, traceContext } = context;
    const { category = null, auto_approve: autoApprove, priority } = params;
    if (!this.settings.asyncContentGenerationEnabled)
      throw new TaskFailure('invalid_input', 'ASYNC_CONTENT_GENERATION_ENABLED is false.', 'generation_disabled');
    const submission = { createdBy, trigger: 'task', traceContext, idempotencyKey: null, priority } as const;
    const options: RunOptions = { runId: id, category, autoApprove, submission };
    const report = new RunReport();
    const accounts = await this.usableAccounts(context, report);
    const demands = await this.dealTitles(context, accounts, report);
    await this.submit(demands, options, context, report);
    const short = demands.filter((demand) => report.freeSlotsOf(demand) > 0);
    if (short.length > 0 && (await this.replenish(short, accounts, context, report))) await this.submit(short, options, context, report);
    for (const demand of demands) report.closeShortage(demand);
    const result = report.result();
    log.info(`${result.total_submitted} content tasks submitted, ${result.total_failed} not`, { errors: result.errors.slice(0, 20) });
    if (report.isFailure()) throw new TaskFailure('invalid_input', report.summary(), 'nothing_submitted');
    return result;
  }

  private async usableAccounts({ params }: Context, report: RunReport): Promise<Account[]> {
    const { account_ids: ids, count_per_account: count = 1 } = params;
    const wanted = ids?.map((id) => id.toLowerCase());
    const accounts = wanted === undefined ? await this.accounts.allActive() : await this.accounts.getMany(wanted);
    for (const { id } of accounts) report.request(id, count);
    for (const id of wanted ?? [])
      if (!accounts.some((account) => account.id === id)) {
        report.request(id, count);
        report.fail(id, 'account_not_found', `There is no account ${id}.`, count);
      }
    return accounts.filter(({ id, name, status, creator }) => {
      if (status !== 'active') report.fail(id, 'account_not_active', `The account "${name}" is ${status} and accepts no new tasks.`, count);
      else if (this.creators.find(creator) === undefined)
        report.fail(id, 'creator_unknown', `The account "${name}" names the creator "${creator}", which does not exist.`, count);
      else return true;
      return false;
    });
  }

  /** Gives each title of the request to one account in turn, and adds it to the backlog of that account. */
  private async dealTitles({ params, createdBy }: Context, accounts: readonly Account[], report: RunReport): Promise<AccountDemand[]> {
    const { count_per_account: count = 1, topics = [] } = params;
    const titles = [...new Set(topics)];
    const dealt = titles.slice(0, count * accounts.length);
    if (dealt.length < titles.length)
      report.fail(null, 'too_many_topics', 'More topics than contents were requested.', titles.length - dealt.length);
    const demands: AccountDemand[] = [];
    for (const [i, account] of accounts.entries()) {
      const own = dealt.filter((_, at) => at % accounts.length === i);
      const proposals = own.map((title) => ({ title, section: params.category ?? null }));
      const added = own.length === 0 ? null : await this.intake.add(account, proposals, { origin: 'request', actor: createdBy });
      for (const skipped of added?.skipped ?? []) report.explain(account.id, skipped);
      const isSample = this.creators.find(account.creator)?.writesSamples ?? false;
      demands.push({ accountId: account.id, count, titles: own, isSample, sections: account.sections });
    }
    return demands;
  }

  private async submit(demands: readonly AccountDemand[], options: RunOptions, context: Context, report: RunReport): Promise<void> {
    let done = 0;
    for (const chunk of chunksOf(demands)) {
      context.signal.throwIfAborted();
      await this.submitChunk(chunk, options, report);
      done += chunk.length;
      context.progress((100 * done) / demands.length, 'submit');
    }
  }

  /** When the submission of many accounts is rejected, each is tried alone, so that one never fails the others. */
  private async submitChunk(chunk: readonly AccountDemand[], options: RunOptions, report: RunReport): Promise<void> {
    try {
      report.add(await this.picker.pick(chunk, options), chunk);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      const [only] = chunk;
      if (only === undefined || chunk.length > 1) for (const demand of chunk) await this.submitChunk([demand], options, report);
      else report.fail(only.accountId, error.code, error.detail ?? error.message, report.missingOf(only));
    }
  }

  /** Fills short backlogs from the sources of their accounts. Returns true when topics were added. */
  private async replenish(
    short: readonly AccountDemand[],
    accounts: readonly Account[],
    { signal, createdBy }: Context,
    report: RunReport,
  ): Promise<boolean> {
    const waiting = [...short];
    let added = 0;
    const work = async (): Promise<void> => {
      for (let demand = waiting.shift(); demand !== undefined; demand = waiting.shift()) {
        const account = accounts.find(({ id }) => id === demand?.accountId) as Account;
        const limited = AbortSignal.any([signal, AbortSignal.timeout(READ_MS)]);
        const found = await this.suggestions
          .suggest(account, { limit: report.freeSlotsOf(demand), signal: limited })
          .catch((error: unknown) => {
            signal.throwIfAborted();
            if (!limited.aborted) throw error;
            return {
              items: [],
              skipped: [],
              reasons: [{ code: 'sources_unreadable' as const, detail: 'Its sources did not answer in time.' }],
            };
          });
        report.explainSources(account.id, found.reasons);
        added += (await this.suggestions.keep(account, found.items, createdBy)).length;
      }
    };
    await Promise.all(Array.from({ length: READERS }, work));
    return added > 0;
  }
}

function* chunksOf(demands: readonly AccountDemand[]): Generator<AccountDemand[]> {
  let chunk: AccountDemand[] = [];
  let tasks = 0;
  for (const demand of demands) {
    if (tasks + demand.count > AT_ONCE && chunk.length > 0) {
      yield chunk;
      [chunk, tasks] = [[], 0];
    }
    chunk.push(demand);
    tasks += demand.count;
  }
  if (chunk.length > 0) yield chunk;
}
