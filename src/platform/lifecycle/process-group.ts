import type { ChildProcess } from 'node:child_process';

/** True where a `detached` child leads its own process group. */
export const HAS_GROUPS = process.platform !== 'win32';

/** Signals a detached child and its descendants. Ignores a group that has ended. */
export function signalGroup({ pid }: Pick<ChildProcess, 'pid'>, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(HAS_GROUPS ? -pid : pid, signal);
  } catch {
    // already ended
  }
}
