import { TaskLogWriter } from '../../engine/logs/task-log-writer.ts';
import { StepStore } from '../../engine/step-store.ts';
import { ProgressWriter } from '../../engine/progress-writer.ts';
import type { AttemptPorts } from './attempt.ts';

export const ATTEMPT_PORTS = Symbol('AttemptPorts');

/** The ports of an attempt: log, progress and steps. */
export function attemptPorts(logs: TaskLogWriter, progress: ProgressWriter, steps: StepStore): AttemptPorts {
  return {
    writeLog: (line) => logs.add(line),
    writeProgress: ({ task, percent, step }) => progress.write({ id: task.id, epoch: task.epoch, progress: percent, step }),
    findStep: (task, step, inputs) => steps.find(task.id, step, StepStore.hashOf(inputs)),
    saveStep: (task, step, inputs, output) => steps.save(task, step, StepStore.hashOf(inputs), output),
  };
}
