/**
 * Runs beside a handler in its process. A handler that blocks the event loop can hear neither that its worker is gone nor
 * that its time is over; this thread ends the process, and all it started, for it.
 */
import { workerData } from 'node:worker_threads';
import { watchHeartbeat } from '../../platform/lifecycle/event-loop-heartbeat.ts';
import { signalGroup } from '../../platform/lifecycle/process-group.ts';

export interface WatchSettings {
  pulse: SharedArrayBuffer;
  ttlMs: number;
  /** The worker. */
  parentPid: number;
}

const LOOK_EVERY_MS = 500;
const { pulse, ttlMs, parentPid } = workerData as WatchSettings;

const end = () => {
  signalGroup(process, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL'); // was not started detached
};
watchHeartbeat(pulse, ttlMs, end);
setInterval(() => process.ppid !== parentPid && end(), LOOK_EVERY_MS);
