import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { productVersion } from '../../platform/config/product-version.ts';
import { Settings } from '../../platform/config/settings.ts';
import { Pools } from '../../platform/database/pools.ts';
import type { LoopState } from '../../platform/lifecycle/loop-record.ts';
import { LoopRegistry } from '../../platform/lifecycle/loop-registry.ts';
import { Metrics, type Reading } from '../../platform/telemetry/metrics.ts';
import { TaskQueue } from '../../queue/task-queue.ts';

/** Precision of the lag in milliseconds. */
const RESOLUTION = 20;
const NANO = 1e9;

/** The process itself: its loops, connections, event loop and memory. Read at each scrape. */
@Injectable()
export class ProcessMetrics implements OnModuleInit, OnModuleDestroy {
  private readonly lag = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor(
    private readonly metrics: Metrics,
    private readonly loops: LoopRegistry,
    private readonly pools: Pools,
    private readonly queue: TaskQueue,
    private readonly settings: Settings,
  ) {
    this.addProcess();
    this.addLoops();
    this.addConnections();
  }

  onModuleInit(): void {
    this.lag.enable();
  }

  onModuleDestroy(): void {
    this.lag.disable();
  }

  private addProcess(): void {
    const { metrics, queue, settings } = this;
    const labels = { version: productVersion(), roles: settings.appRoles.toSorted().join('+'), queue_driver: queue.driver };
    metrics.gauge('contenthub_build_info', 'Always 1; the labels describe the process.', ['version', 'roles', 'queue_driver'], () => [
      [labels, 1],
    ]);
    metrics.gauge(
      'contenthub_queue_driver_problems',
      'Problems of the queue driver, such as an unreachable Redis. Tasks run without it.',
      [],
      () => [[{}, queue.problems().length]],
    );
    metrics.gauge('process_start_time_seconds', 'When the process started, in seconds since 1970.', [], () => [
      [{}, Date.now() / 1_000 - process.uptime()],
    ]);
    metrics.total('process_cpu_seconds_total', 'User and system CPU time.', [], () => {
      const { user, system } = process.cpuUsage();
      return [[{}, (user + system) / 1e6]];
    });
    metrics.gauge('process_resident_memory_bytes', 'Resident memory.', [], () => [[{}, process.memoryUsage.rss()]]);
    metrics.gauge('nodejs_heap_used_bytes', 'Used heap of the main thread.', [], () => [[{}, process.memoryUsage().heapUsed]]);
    metrics.gauge('nodejs_eventloop_lag_seconds', 'Delay of timers of the main thread since the last scrape.', ['statistic'], () =>
      this.lagNow(),
    );
  }

  private lagNow(): Reading<'statistic'>[] {
    const { lag } = this;
    if (lag.count === 0) return [];
    // The histogram holds whole intervals: the delay is what is above the resolution.
    const seconds = (nanoseconds: number): number => Math.max(0, nanoseconds / NANO - RESOLUTION / 1_000);
    const read: Reading<'statistic'>[] = [50, 99].map((p) => [{ statistic: `p${p}` }, seconds(lag.percentile(p))]);
    read.push([{ statistic: 'max' }, seconds(lag.max)]);
    lag.reset();
    return read;
  }

  private addLoops(): void {
    const of = (value: (state: LoopState) => number) => () =>
      this.loops.states().map((state): Reading<'loop'> => [{ loop: state.name }, value(state)]);
    const { metrics } = this;
    metrics.gauge(
      'contenthub_loop_running',
      '1 while the loop runs.',
      ['loop'],
      of(({ running }) => Number(running)),
    );
    metrics.gauge(
      'contenthub_loop_late',
      '1 while no round has succeeded in time.',
      ['loop'],
      of(({ late }) => Number(late)),
    );
    metrics.gauge(
      'contenthub_loop_stuck',
      '1 while one round runs for 10 minutes.',
      ['loop'],
      of(({ stuck }) => Number(stuck)),
    );
    metrics.gauge(
      'contenthub_loop_lateness_seconds',
      'Seconds since the last success, less one interval.',
      ['loop'],
      of(({ latenessSeconds }) => latenessSeconds),
    );
    metrics.gauge(
      'contenthub_loop_consecutive_errors',
      'Rounds that failed in a row.',
      ['loop'],
      of(({ consecutiveErrors }) => consecutiveErrors),
    );
  }

  private addConnections(): void {
    const pools = { api: this.pools.api, engine: this.pools.engine };
    const each =
      <L extends string>(read: (pool: (typeof pools)['api'], name: string) => Reading<L>[]) =>
      () =>
        Object.entries(pools).flatMap(([name, pool]) => read(pool, name));
    const { metrics } = this;
    metrics.gauge(
      'contenthub_database_connections',
      'Connections of a pool.',
      ['pool', 'state'],
      each<'pool' | 'state'>((pool, name) => [
        [{ pool: name, state: 'used' }, pool.totalCount - pool.idleCount],
        [{ pool: name, state: 'idle' }, pool.idleCount],
      ]),
    );
    metrics.gauge(
      'contenthub_database_pool_size',
      'Largest number of connections of a pool.',
      ['pool'],
      each((pool, name) => [[{ pool: name }, pool.options.max]]),
    );
    metrics.gauge(
      'contenthub_database_pool_waiting',
      'Statements that wait for a connection.',
      ['pool'],
      each((pool, name) => [[{ pool: name }, pool.waitingCount]]),
    );
  }
}
