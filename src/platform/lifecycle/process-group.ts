import type { ChildProcess } from 'node:child_process';

/** Whether a child that is started `detached` leads a process group of its own. */
export const HAS_GROUPS = process.platform !== 'win32';

/** Signals a child that was started detached, and all it started. Nobody left to hear it is fine. */
export function signalGroup({ pid }: Pick<ChildProcess, 'pid'>, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -pid : pid, signal);
  } catch {
    // gone
  }
}
