/** Exit codes. Scripts rely on these numbers, so they never change their meaning. */
export const Exit = {
  ok: 0,
  failed: 1,
  usage: 2,
  notFound: 3,
  auth: 4,
  runFailed: 5,
  runCancelled: 6,
  conflict: 7,
  stillPending: 8,
  unreachable: 69,
  configuration: 78,
  interrupted: 130,
} as const;

export type ExitCode = (typeof Exit)[keyof typeof Exit];
