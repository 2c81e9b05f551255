import { BullModule, BullRegistrar, Processor, WorkerHost } from '@nestjs/bullmq';
import { Module, type Type } from '@nestjs/common';
import type { LazyModuleLoader } from '@nestjs/core';
import type { Job, WorkerOptions } from 'bullmq';
import { within } from '../../../platform/lifecycle/with-timeout.ts';
import type { RedisLink } from '../../../platform/redis/redis-link.ts';
import type { WakeUpConsumer } from './wake-up-consumer.ts';
import type { WakeUpData } from './wake-up-job.ts';
import type { WakeUpPublisher } from './wake-up-publisher.ts';

export interface WakeUpWorkersOptions {
  readonly link: RedisLink;
  readonly modules: LazyModuleLoader;
  readonly publisher: WakeUpPublisher;
}

/** Longest wait for a job in one command. */
const BLOCK_S = 5;
/** BullMQ gives the job of a process that does not renew its lock for so long to another one. */
const LOCK_MS = 30_000;
const RETRY_MS = 500;
const CLOSE_MS = 500;

const REGISTRAR = Symbol('BullRegistrar');

@Module({})
class WakeUpWorkersModule {}

/**
 * Starts one BullMQ worker for each consumer. The queues are known only when settings are read, and a process without this
 * driver must not load BullMQ; so the processors are made here and loaded lazily, once.
 */
export async function startWakeUpWorkers(
  consumers: readonly WakeUpConsumer[],
  { link, modules, publisher }: WakeUpWorkersOptions,
): Promise<() => Promise<void>> {
  await Promise.all(consumers.map(({ queue }) => publisher.queue(queue))); // a processor needs its queue to be registered
  const connection = link.workerConnection();
  const common = {
    prefix: link.prefix,
    connection,
    drainDelay: BLOCK_S,
    lockDuration: LOCK_MS,
    runRetryDelay: RETRY_MS,
    skipVersionCheck: true,
  };
  const processors = consumers.map((consumer) => ({ consumer, type: processorOf(consumer, common) }));
  const definition = {
    module: WakeUpWorkersModule,
    imports: [BullModule.registerQueue()],
    providers: [...processors.map(({ type }) => type), { provide: REGISTRAR, useExisting: BullRegistrar }],
  };
  const module = await modules.load(() => Promise.resolve(definition), { logger: false });
  module.get<BullRegistrar>(REGISTRAR).register(); // a module that is loaded lazily has no onModuleInit
  const workers = processors.map(({ consumer, type }) => {
    const { worker } = module.get(type);
    worker.on('error', (error) => link.failIfRefused(error));
    consumer.use(worker);
    return worker;
  });
  return async () => {
    await within(CLOSE_MS, Promise.all(workers.map((worker) => worker.close(!link.up)))).catch(() => undefined);
    connection.disconnect();
  };
}

function processorOf(consumer: WakeUpConsumer, options: WorkerOptions): Type<WorkerHost> {
  class WakeUpProcessor extends WorkerHost {
    override process(job: Job<WakeUpData>): Promise<void> {
      return consumer.process(job);
    }
  }
  Processor({ name: consumer.queue }, options)(WakeUpProcessor);
  return WakeUpProcessor;
}
