/**
 * Runs in the process of a handler. A handler that blocks the event loop notices neither the end of its worker nor its
 * time limit. This thread then kills the process and its descendants.
 */
import { workerData } from 'node:worker_threads';
import { watchHeartbeat } from '../../platform/lifecycle/event-loop-heartbeat.ts';
import { signalGroup } from '../../platform/lifecycle/process-group.ts';

export interface WatchSettings {
  pulse: SharedArrayBuffer;
  ttlMs: number;
  /** Process id of the worker. */
  parentPid: number;
}

const LOOK_EVERY_MS = 500;
const { pulse, ttlMs, parentPid } = workerData as WatchSettings;

const end = () => {
  signalGroup(process, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL'); // the process is not detached
};
watchHeartbeat(pulse, ttlMs, end);
setInterval(() => process.ppid !== parentPid && end(), LOOK_EVERY_MS);
