import { TaskFailure } from '../../core/task/failure.ts';
import type { SimilarTopic } from './duplicate.service.ts';

/** Names the other content only within the account: a reader of the task may be limited to this account. */
export function duplicateTopic({ contentId, taskId, accountId, text, similarity }: SimilarTopic, ownAccount: string): TaskFailure {
  const percent = Math.round(similarity * 100);
  const kind = contentId === null ? 'open content task' : 'content';
  const id = contentId ?? taskId ?? '';
  const other = accountId === ownAccount.toLowerCase() ? `The ${kind} ${id} ("${text}")` : `A recent ${kind} of another account`;
  const message = `${other} is about the same topic (similarity ${percent} %). Choose another topic, or set allowDuplicate.`;
  return new TaskFailure('invalid_input', message, 'duplicate_topic');
}
