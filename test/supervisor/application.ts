// Replaces the application process: reports its arguments, answers on a port, ends on request.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onSupervisorGone, reportReady } from '../../src/app/supervisor/supervised.ts';

const server = createServer((_request, response) => response.end('ok'));
server.listen(0, '127.0.0.1', () => {
  const { APP_ROLES, CONTENTHUB_BOOT_ID, CONTENTHUB_EMBEDDED, DATABASE_URL } = process.env;
  const life = { pid: process.pid, roles: APP_ROLES, bootId: CONTENTHUB_BOOT_ID, embedded: CONTENTHUB_EMBEDDED, databaseUrl: DATABASE_URL };
  console.log(`life ${JSON.stringify(life)}`);
  if (process.env.DIE_WITH) process.exit(Number(process.env.DIE_WITH));
  if (APP_ROLES?.includes('api')) reportReady(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});

const end = () => process.exit(0);
process.once('SIGTERM', end);
onSupervisorGone(end);
