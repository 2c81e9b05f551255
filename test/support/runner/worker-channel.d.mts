export function workerChannel(workerData: unknown): {
  onMessage: (listener: (message: object) => void) => void;
  postMessage: (message: string) => void;
};
