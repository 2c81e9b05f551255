import type { CreationRun } from '../../creators/creator.ts';
import type { TaskContext } from '../../tasks/definitions/task-context.ts';
import type { OwnContentsRepository } from './own-contents.repository.ts';

/** Upper limit of the progress that a creator reports. The checks and the rendering use the rest. */
const CREATOR_SHARE = 0.9;

/** The context of a task as a creator sees it. Progress that would fall is ignored. */
export function toCreationRun(
  { id, attempt, signal, log, progress, checkpoint }: TaskContext,
  accountId: string,
  own: OwnContentsRepository,
): CreationRun {
  let highest = 0;
  return {
    taskId: id,
    attempt,
    signal,
    progress: (percent, step) => {
      highest = Math.max(highest, percent);
      progress(highest * CREATOR_SHARE, step);
    },
    log: (level, message, data) => log.write(level, message, data),
    checkpoint: (step, inputs, fn) => checkpoint(step, inputs, fn),
    ownContents: (window) => own.inWindow(accountId, window),
    findRoundUp: (inputsHash) => own.findRoundUp(accountId, inputsHash),
  };
}
