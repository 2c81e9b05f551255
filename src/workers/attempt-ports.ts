import { TaskLogRepository } from '../engine/logs/task-log.repository.ts';
import { StepRepository } from '../engine/step.repository.ts';
import { ProgressWriter } from '../engine/progress-writer.ts';
import type { AttemptPorts } from './attempt.ts';

export const ATTEMPT_PORTS = Symbol('AttemptPorts');

/** Where an attempt's words go. */
export function attemptPorts(logs: TaskLogRepository, progress: ProgressWriter, steps: StepRepository): AttemptPorts {
  return {
    writeLog: (line) => logs.add(line),
    writeProgress: ({ task, percent, step }) => progress.write({ id: task.id, epoch: task.epoch, progress: percent, step }),
    findStep: (task, step, inputs) => steps.find(task.id, step, StepRepository.hashOf(inputs)),
    saveStep: (task, step, inputs, output) => steps.save(task, step, StepRepository.hashOf(inputs), output),
  };
}
