import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { timerMs } from '../../core/time/timer-ms.ts';
import { ContentCreator } from '../content-creator.decorator.ts';
import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreationStep,
  Creator,
  type CreatorDescription,
} from '../creator.ts';
import { faultOf, topicOf, writeSample } from './sample-article.ts';
import { readSimulation, SIMULATION_OPTIONS } from './simulation-options.ts';

const NAME = 'simulated';
const STEPS: readonly CreationStep[] = ['topic', 'outline', 'draft', 'images', 'check', 'package'];

/** Writes samples with the latency and the failures that the options ask for, while the task holds its slot. */
@Injectable()
@ContentCreator(NAME)
export class SimulatedCreator extends Creator {
  override readonly options = SIMULATION_OPTIONS;
  override readonly writesSamples = true;

  override describe(): CreatorDescription {
    return {
      description: 'Samples with a chosen latency and chosen failures, for load tests and trials. They cannot be published.',
      needsNetwork: false,
      asynchronous: false,
    };
  }

  override async create(request: CreationRequest, run: CreationRun): Promise<CreationResult> {
    const simulation = readSimulation(request.options);
    topicOf(request);
    const hangs = simulation.behavior === 'hang' && run.attempt <= simulation.failures;
    // Each step ends at its share of the latency, so that storing the checkpoints of the steps does not add to it.
    const stepMs = simulation.latencyMs / STEPS.length;
    let endsAt = performance.now();
    for (const [i, step] of STEPS.entries()) {
      run.signal.throwIfAborted();
      run.progress((100 * i) / STEPS.length, step);
      await run.checkpoint(step, simulation.latencyMs, () => {
        endsAt += hangs && step === 'draft' ? Number.POSITIVE_INFINITY : stepMs;
        return pausing(endsAt, run.signal);
      });
      const fault = step === 'draft' ? faultOf(simulation, run.attempt) : null;
      if (fault !== null) throw fault;
    }
    return writeSample(NAME, request, simulation);
  }
}

/** Sleeps until `endsAt` of performance.now(), or throws the reason of the signal. A checkpoint stores the answer. */
async function pausing(endsAt: number, signal: AbortSignal): Promise<true> {
  for (let left = endsAt - performance.now(); left > 0; left = endsAt - performance.now()) {
    await delay(timerMs(left), undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
  return true;
}
