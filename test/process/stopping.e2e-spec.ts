import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from './server.ts';

describe('SIGTERM', () => {
  let server: Server;
  afterEach(() => server.remove());

  it('ends a server within 10 s although a request never ends, without SIGKILL', async () => {
    server = new Server();
    const { port } = new URL(await server.start());
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST /tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n'); // its headers never end
    await delay(500);
    const begun = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(server.output).not.toContain('ended (');
  });

  it('to npm start ends the server that npm started', async () => {
    server = new Server({}, ['npm', 'start']);
    await server.start();
    const pid = server.supervisorPid;
    expect(pid).not.toBe(server.pid);
    const begun = performance.now();
    await server.stop('SIGTERM');
    const left = server.isRunning(pid);
    if (left) process.kill(pid, 'SIGTERM');
    expect(left).toBe(false);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });
});
