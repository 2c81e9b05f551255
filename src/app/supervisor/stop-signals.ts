const SAME_PRESS_MS = 1_000;

/**
 * The first SIGINT, SIGTERM or SIGHUP calls `stop`; a SIGINT at least 1 s later calls `kill`. One Ctrl-C can arrive
 * several times: from the terminal, from npm and from the launcher. Returns a function that removes the handlers.
 */
export function onStopSignal(stop: () => void, kill: () => void): () => void {
  let first: number | undefined;
  const receive = (signal: NodeJS.Signals) => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      stop();
    } else if (signal === 'SIGINT' && now - first >= SAME_PRESS_MS) {
      kill();
    }
  };
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, receive);
  return () => {
    for (const signal of signals) process.removeListener(signal, receive);
  };
}
