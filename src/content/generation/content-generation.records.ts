import { randomBytes } from 'node:crypto';
import { type EntityManager, In } from 'typeorm';
import { titleGrams } from '../../core/text/text-grams.ts';
import { isUniqueViolation } from '../../platform/database/unique-violation.ts';
import { ProblemError } from '../../platform/http/problem.ts';
import type { SubmittedTask } from '../../tasks/definitions/task-handler.decorator.ts';
import type { AnyCreator } from '../../creators/creator.ts';
import type { CreatorRegistry } from '../../creators/creator.registry.ts';
import { checkCreator, checkOptions } from '../creators/creator-choice.ts';
import { Account } from '../accounts/account.entity.ts';
import { unknownAccount } from '../accounts/account-reference.ts';
import { ContentGeneration } from './content-generation.entity.ts';
import type { ContentGenerationParams } from './content-generation.params.ts';
import { checkRewrite } from './rewrite-check.ts';

type ChosenAccount = Pick<Account, 'id' | 'name' | 'creator'>;

export interface GenerationDefaults {
  /** Of requests that do not say. */
  readonly autoApprove: boolean;
  readonly creators: CreatorRegistry;
}

/** Stores the records of new tasks. Throws a problem that names the field when an account is not active, a creator does not exist or a task id is taken. */
export async function insertGenerations(
  manager: EntityManager,
  tasks: readonly SubmittedTask<ContentGenerationParams>[],
  { autoApprove, creators }: GenerationDefaults,
): Promise<void> {
  const accounts = await checkAccounts(manager, [...new Set(tasks.map((task) => task.params.accountId.toLowerCase()))]);
  for (const { params } of tasks) checkLengths(params);
  const creatorsOfTasks = tasks.map(({ params }) => checkCreatorOf(params, accounts, creators));
  await checkTaskIds(
    manager,
    tasks.flatMap((task) => task.params.taskId ?? []),
  );
  for (const { params } of tasks) if (params.rewriteOf !== undefined) await checkRewrite(manager, params.rewriteOf, params);
  const records = tasks.map(
    ({ id, createdAt, params }, i): ContentGeneration => ({
      id,
      taskId: params.taskId ?? `task-${randomBytes(6).toString('hex')}`,
      accountId: params.accountId,
      contentId: null,
      rewriteOf: params.rewriteOf ?? null,
      topic: params.topic ?? null,
      topicGrams: [...titleGrams(params.topic ?? '')],
      keywords: params.keywords ?? [],
      category: params.category ?? null,
      requirements: params.requirements ?? null,
      tone: params.tone ?? null,
      autoApprove: params.autoApprove ?? autoApprove,
      isSample: creatorsOfTasks[i]?.writesSamples ?? false,
      createdAt,
      updatedAt: createdAt,
    }),
  );
  try {
    await manager.insert(ContentGeneration, records);
  } catch (error) {
    throw isUniqueViolation(error) ? taskIdTaken('There is a content task with that taskId already.') : error; // inserted after the check
  }
}

/** The creator of the request or of its account, and the options of the request. */
function checkCreatorOf(
  { creator, creatorOptions = {}, accountId }: ContentGenerationParams,
  accounts: readonly ChosenAccount[],
  creators: CreatorRegistry,
): AnyCreator | undefined {
  const account = accounts.find(({ id }) => id === accountId.toLowerCase());
  const name = creator ?? account?.creator;
  if (name === undefined) return undefined;
  const gone = `The account "${account?.name}" names the creator "${name}", which does not exist.`;
  const chosen = checkCreator(creators, name, creator === undefined ? gone : undefined);
  checkOptions(chosen, name, creatorOptions);
  return chosen;
}

function checkLengths({ minWords = 0, maxWords = Number.POSITIVE_INFINITY }: ContentGenerationParams): void {
  if (minWords <= maxWords) return;
  throw ProblemError.unprocessable('lengths_contradict', `A text of at least ${minWords} words cannot have at most ${maxWords}.`, {
    errors: [{ pointer: '/minWords', code: 'lengths_contradict', detail: 'must not be more than maxWords' }],
  });
}

async function checkAccounts(manager: EntityManager, ids: readonly string[]): Promise<ChosenAccount[]> {
  const accounts = await manager.find(Account, { where: { id: In(ids) }, select: { id: true, name: true, status: true, creator: true } });
  const missing = ids.find((id) => !accounts.some((account) => account.id === id));
  if (missing !== undefined) throw unknownAccount(missing);
  const idle = accounts.find((account) => account.status !== 'active');
  if (idle)
    throw rejection('account_not_active', `The account "${idle.name}" is ${idle.status} and accepts no new tasks.`, `is ${idle.status}`);
  return accounts;
}

async function checkTaskIds(manager: EntityManager, taskIds: readonly string[]): Promise<void> {
  if (taskIds.length === 0) return;
  const doubled = taskIds.find((id, i) => taskIds.indexOf(id) !== i);
  const taken = doubled ?? (await manager.findOneBy(ContentGeneration, { taskId: In(taskIds) }))?.taskId;
  if (taken === undefined) return;
  throw taskIdTaken(`There is a content task "${taken}" already.`);
}

function taskIdTaken(title: string): ProblemError {
  return ProblemError.conflict('task_id_taken', title, {
    detail: 'Choose another taskId, or send none.',
    errors: [{ pointer: '/taskId', code: 'taken', detail: 'is taken' }],
  });
}

function rejection(code: string, title: string, detail: string): ProblemError {
  return ProblemError.unprocessable(code, title, { errors: [{ pointer: '/accountId', code, detail }] });
}
