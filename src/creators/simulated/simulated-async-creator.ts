import { Injectable } from '@nestjs/common';
import { ContentCreator } from '../content-creator.decorator.ts';
import { CreationError } from '../creation-error.ts';
import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreatorDescription,
  ExternalCreator,
  type ExternalStatus,
  type Submission,
} from '../creator.ts';
import { faultOf, topicOf, writeSample } from './sample-article.ts';
import { readSimulation, SIMULATION_OPTIONS } from './simulation-options.ts';

const NAME = 'simulated-async';
const PREFIX = 'sim-';

/** The whole state of the simulated system, so that every process reads the same and a restart loses nothing. */
interface SimulatedWork {
  key: string;
  startedAt: number;
  latencyMs: number;
  attempt: number;
  options: CreationRequest['options'];
}

/** The simulation of a creator that works elsewhere and is polled. Its state is in the id of the work. */
@Injectable()
@ContentCreator(NAME)
export class SimulatedAsyncCreator extends ExternalCreator {
  override readonly options = SIMULATION_OPTIONS;
  override readonly writesSamples = true;
  override readonly pollEveryMs = 500;

  override describe(): CreatorDescription {
    return {
      description: 'The simulation as a creator that works elsewhere and is polled: its tasks hold no slot.',
      needsNetwork: false,
      asynchronous: true,
    };
  }

  override async submit(request: CreationRequest, { signal, attempt }: CreationRun, { key }: Submission): Promise<string> {
    signal.throwIfAborted();
    topicOf(request);
    const { latencyMs } = readSimulation(request.options);
    const work: SimulatedWork = { key, startedAt: Date.now(), latencyMs, attempt, options: request.options };
    return PREFIX + Buffer.from(JSON.stringify(work)).toString('base64url');
  }

  override async status(externalId: string, signal: AbortSignal): Promise<ExternalStatus> {
    signal.throwIfAborted();
    const { startedAt, latencyMs, attempt, options } = parseWork(externalId);
    const simulation = readSimulation(options);
    const progress = latencyMs === 0 ? 100 : Math.min(100, ((Date.now() - startedAt) / latencyMs) * 100);
    const hangs = simulation.behavior === 'hang' && attempt <= simulation.failures;
    if (progress < 100 || hangs) return { state: 'running', progress: Math.min(progress, 99), step: 'draft' };
    const error = faultOf(simulation, attempt);
    return error === null ? { state: 'completed' } : { state: 'failed', error };
  }

  override async result(externalId: string, request: CreationRequest, { signal }: CreationRun): Promise<CreationResult> {
    signal.throwIfAborted();
    return writeSample(NAME, request, readSimulation(parseWork(externalId).options));
  }

  /** The state is in the id, so there is nothing to stop. */
  override cancel(): Promise<boolean> {
    return Promise.resolve(false);
  }
}

function parseWork(externalId: string): SimulatedWork {
  try {
    if (!externalId.startsWith(PREFIX)) throw new SyntaxError('another prefix');
    return JSON.parse(Buffer.from(externalId.slice(PREFIX.length), 'base64url').toString()) as SimulatedWork;
  } catch (error) {
    throw new CreationError('incompatible', `The work "${externalId.slice(0, 100)}" is not of the simulation.`, { cause: error });
  }
}
