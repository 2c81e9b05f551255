import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A later reset has nothing to do with this answer. */
const RESET_MS = 5_000;
/** Node emits `close` for a closed client only after closing its own side, which is too late. */
const ENDS = ['end', 'error', 'close'] as const;

/** Stops watching the last answer of a connection. */
const watches = new WeakMap<Socket, () => void>();

/** Runs `work` with a signal that aborts as soon as the client closes its side. */
export async function whileConnected<T>({ socket }: ServerResponse, work: (gone: AbortSignal) => Promise<T>): Promise<T> {
  const gone = new AbortController();
  const abort = () => gone.abort();
  if (socket) watches.get(socket)?.(); // the client sent another request, so it has read the answer
  if (!socket || socket.destroyed || socket.readableEnded) abort();
  for (const event of ENDS) socket?.on(event, abort);
  try {
    return await work(gone.signal);
  } finally {
    for (const event of ENDS) socket?.off(event, abort);
  }
}

/**
 * Calls `lost` at most once, when the client cannot have read the answer: the connection closed before all of the
 * answer was written, or was reset afterwards. An operating system resets a connection when data arrives that no
 * program will read.
 */
export function onLostAnswer(reply: ServerResponse, lost: () => void): void {
  const { socket } = reply;
  if (!socket || socket.destroyed) return lost();
  const end = () => {
    clearTimeout(timer);
    watches.delete(socket);
    socket.off('error', reset);
    reply.off('close', close);
  };
  const reset = () => {
    end();
    lost();
  };
  const close = () => {
    if (!reply.writableFinished) reset();
  };
  const timer = setTimeout(end, RESET_MS);
  timer.unref();
  watches.set(socket, end);
  socket.on('error', reset);
  reply.on('close', close);
}
