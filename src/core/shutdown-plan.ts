/** How long each phase of a shutdown may take, in milliseconds. Serving runs beside the phases; their sum is less than `totalMs`. */
export interface ShutdownPlan {
  /** The process ends by then in any case. */
  readonly totalMs: number;
  /** An API serves for so long after its readiness answers 503, so that a balancer can look elsewhere. */
  readonly servingMs: number;
  /** Running tasks may end by themselves; then their handlers get the stop signal. */
  readonly tasksMs: number;
  /** From the signal until a handler that ignores it is abandoned and its child process is killed. */
  readonly graceMs: number;
  /** The last results and releases are written. */
  readonly settleMs: number;
  /** Answers in progress are sent; then their connections are cut. */
  readonly answersMs: number;
  /** Connections to the database and to Redis are closed. */
  readonly closingMs: number;
}

/** Share of the whole, and the most it ever needs. Tasks get what is left. */
const SERVING = { share: 1 / 6, mostMs: 5_000 };
const GRACE = { share: 1 / 10, mostMs: 5_000 };
const SETTLE = { share: 1 / 10, mostMs: 5_000 };
const ANSWERS = { share: 1 / 12, mostMs: 2_500 };
const CLOSING = { share: 1 / 30, mostMs: 2_000 };
/** For timers that fire late. */
const SLACK = { share: 1 / 60, mostMs: 1_000 };

/** Without a supervisor there is soon no embedded database, and the next start needs the port. */
const HURRIED_MS = 3_000;

/** `hurried`: handlers get their signal at once, and the whole takes 3 s at most. */
export function shutdownPlan(timeoutMs: number, hurried = false): ShutdownPlan {
  const totalMs = hurried ? Math.min(HURRIED_MS, timeoutMs) : timeoutMs;
  const part = ({ share, mostMs }: { share: number; mostMs: number }): number => Math.floor(Math.min(mostMs, share * totalMs));
  const [graceMs, settleMs, answersMs, closingMs] = [part(GRACE), part(SETTLE), part(ANSWERS), part(CLOSING)];
  const tasksMs = totalMs - graceMs - settleMs - answersMs - closingMs - part(SLACK);
  return {
    totalMs,
    servingMs: hurried ? 0 : part(SERVING),
    tasksMs: hurried ? 0 : tasksMs,
    graceMs,
    settleMs,
    answersMs,
    closingMs,
  };
}

/** The part of a shutdown in which tasks end. */
export function drainMs({ tasksMs, graceMs, settleMs }: ShutdownPlan): number {
  return tasksMs + graceMs + settleMs;
}
