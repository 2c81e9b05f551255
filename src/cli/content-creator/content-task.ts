import type { ApiClient } from '../api-client.ts';
import type { ContentTaskView, ExecutionView } from '../api-types.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import { codeOfFailure } from './creator-error.ts';

export type ContentTask = ContentTaskView;

/** The six states of the public tool. */
export type ToolState = 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

const STATES: Readonly<Record<string, ToolState>> = {
  pending: 'pending',
  submitted: 'pending',
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  timeout: 'failed',
  cancelled: 'cancelled',
};
/** The states of the server behind one of the tool. */
export const STATUSES_OF: Readonly<Record<string, readonly string[]>> = {
  pending: ['pending', 'submitted'],
  waiting: ['pending', 'submitted'],
  running: ['running'],
  completed: ['completed'],
  failed: ['failed', 'timeout'],
  cancelled: ['cancelled'],
};

export function stateOf({ status, phase }: Pick<ContentTask, 'status' | 'phase'>): ToolState {
  const state = STATES[status] ?? 'pending';
  return state === 'pending' && phase === 'retrying' ? 'waiting' : state;
}

export async function getTask(api: ApiClient, taskId: string): Promise<ContentTask> {
  try {
    return await api.get<ContentTask>(`/content-tasks/${encodeURIComponent(taskId)}`);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== Exit.notFound) throw error;
    throw new CliError(Exit.notFound, 'task_not_found', `任务不存在: ${taskId} (task not found)`, 'content-creator list');
  }
}

/** The execution of a task; undefined for a key that may not read executions. */
export async function executionOf(api: ApiClient, { executionId }: ContentTask): Promise<ExecutionView | undefined> {
  try {
    return await api.get<ExecutionView>(`/executions/${executionId}`);
  } catch (error) {
    if (error instanceof CliError && (error.exitCode === Exit.auth || error.exitCode === Exit.notFound)) return undefined;
    throw error;
  }
}

/** The fields of the tool's `list --json`, and those that only ContentHub has. */
export function toRecord(task: ContentTask, execution?: ExecutionView): object {
  const { id, taskId, executionId, accountId, contentId, topic, requirements, keywords, minWords, maxWords, priority, retryCount } = task;
  return {
    id,
    taskId,
    mode: 'async',
    type: 'content-creator',
    topic,
    requirements,
    hardConstraints: { minWords, maxWords, keywords },
    status: stateOf(task),
    priority,
    textRetryCount: retryCount,
    imageRetryCount: 0,
    targetAudience: task.audience,
    currentStep: task.step,
    errorMessage: task.errorMessage,
    workerId: execution?.worker ?? null,
    createdAt: task.createdAt,
    startedAt: task.startedAt,
    completedAt: task.completedAt,
    step: task.step,
    progress: task.progress,
    error: errorOf(task, execution),
    tone: task.tone,
    executionId,
    accountId,
    contentId,
  };
}

export function errorOf({ status, errorMessage }: ContentTask, execution?: ExecutionView): object | null {
  if (status !== 'failed' && status !== 'timeout') return null;
  const { error } = execution ?? {};
  const code = error ? codeOfFailure(error) : status === 'timeout' ? 'timeout' : 'transient';
  return { code, message: errorMessage ?? error?.message ?? status, reason: error?.code ?? status };
}
