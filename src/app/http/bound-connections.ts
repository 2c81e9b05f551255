import type { FastifyInstance } from 'fastify';
import type { Socket } from 'node:net';
import { timerMs } from '../../core/time/timer-ms.ts';
import type { Logger } from '../../platform/telemetry/logger.ts';

/**
 * Bounds the wait for open connections when the server closes. Node closes idle connections, but neither unused ones
 * (clients open some in reserve) nor those with a request that never ends. `graceMs`: how long
 * answers in progress may take.
 */
export function boundConnections(server: FastifyInstance, logger: Logger, graceMs: number): void {
  const open = new Set<Socket>();
  server.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  server.addHook('preClose', (done) => {
    for (const socket of open) if (socket.bytesRead === 0) socket.destroy();
    const cut = setTimeout(() => {
      logger.warn({ connections: open.size, graceMs }, 'closing connections whose requests did not end in time');
      for (const socket of open) socket.destroy();
    }, timerMs(graceMs));
    server.server.once('close', () => clearTimeout(cut));
    done();
  });
}
