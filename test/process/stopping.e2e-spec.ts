import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Server } from './server.ts';

describe('SIGTERM', () => {
  let server: Server;
  afterEach(() => server.remove());

  it('ends a server within its budget although a request never ends, without SIGKILL', async () => {
    server = new Server();
    const { port } = new URL(await server.start());
    const socket = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    await once(socket, 'connect');
    socket.write('POST /tasks HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n'); // its headers never end
    await delay(500);
    expect(await server.stop('SIGTERM')).toBe(0);
    // Neither killed by its supervisor, nor ended by its own last resort.
    expect(server.output).not.toMatch(/ended \(|took longer/);
  });

  it('to npm start ends the server that npm started', async () => {
    server = new Server({}, ['npm', 'start']);
    await server.start();
    const pid = server.supervisorPid;
    expect(pid).not.toBe(server.pid);
    await server.stop('SIGTERM');
    const left = server.isRunning(pid);
    if (left) process.kill(pid, 'SIGTERM');
    expect(left).toBe(false);
    expect(server.output).not.toContain('took longer');
  });
});
