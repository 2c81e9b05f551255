// The cells of the comparison of queues on PostgreSQL, https://github.com/hardbyte/postgresql-job-queue-benchmarking
import { heldTransaction, idleConnections, readers, serverCrashes, terminatedBackends, workerKills } from './pressures.mjs';

const SHORT = 60;
const LONG = 600;

/** `seconds`: usual length. `load`: factor of the rate. `press`: see pressures.mjs. */
export const CELLS = {
  clean: { title: 'no disturbance, the reference', seconds: SHORT },
  held: { title: 'a transaction that has written stays open, so that VACUUM removes nothing', seconds: LONG, press: heldTransaction },
  readers: { title: 'four REPEATABLE READ readers scan the table of the queue', seconds: LONG, press: readers },
  overload: { title: '1.5 times the offered load', seconds: SHORT, load: 1.5 },
  connections: { title: '300 idle connections', seconds: SHORT, press: idleConnections },
  backends: { title: 'five connections of the queue terminated a second', seconds: SHORT, press: terminatedBackends },
  postgres: { title: 'PostgreSQL killed (SIGKILL) and started again, twice', seconds: SHORT, press: serverCrashes },
  worker: { title: 'the worker process killed (SIGKILL) every 10 s and started again', seconds: SHORT, press: workerKills },
};
