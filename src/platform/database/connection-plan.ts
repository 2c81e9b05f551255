import type { Settings } from '../config/settings.ts';

/** The maximum number of connections of a process, by purpose. */
export interface ConnectionPlan {
  /** Requests and entities. */
  api: number;
  /** Claims, settling, loops. */
  engine: number;
  /** One each for LISTEN, for heartbeats, and for the lock of QUEUE_DRIVER=memory. */
  single: number;
}

type Planned = Pick<Settings, 'appRoles' | 'databasePoolSize' | 'queueDriverInUse' | 'contenthubIsolated'>;

/** Without the role api: reports of agents, stored contents, operations of operators. */
const API_WITHOUT_REQUESTS = 3;
const ENGINE = { busy: 4, requestsOnly: 2 };

export function connectionPlan({ appRoles, databasePoolSize, queueDriverInUse, contenthubIsolated }: Planned): ConnectionPlan {
  // A child process for a single task stores its log and checkpoints and reads for its handler.
  if (contenthubIsolated) return { api: 1, engine: 1, single: 1 };
  const runs = appRoles.includes('worker');
  return {
    api: appRoles.includes('api') ? databasePoolSize : Math.min(API_WITHOUT_REQUESTS, databasePoolSize),
    engine: runs || appRoles.includes('scheduler') ? ENGINE.busy : ENGINE.requestsOnly,
    single: 1 + (runs ? 1 : 0) + (queueDriverInUse === 'memory' ? 1 : 0),
  };
}

export function sumOf({ api, engine, single }: ConnectionPlan): number {
  return api + engine + single;
}
