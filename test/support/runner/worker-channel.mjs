/**
 * Gives one process of the runner its data when it asks for them. jest-light-runner 0.8.2 has one channel for all processes, and answers
 * all of them when the first one asks. A process that is slower does not listen yet, asks in vain later, and waits for ever.
 */
export function workerChannel(workerData) {
  let send = () => {};
  return {
    onMessage: (listener) => {
      send = listener;
    },
    postMessage: (message) => {
      if (message === 'jest-light-runner-get-worker-data') send({ type: 'jest-light-runner-worker-data', workerData });
    },
  };
}
