import { createPostgresBackend, withBackend } from 'bullmq';
import { openBullmq } from '../lib/bullmq.mjs';

const CONCURRENCY = 10;
const POOL = 10;

export const configuration = () =>
  `BullMQ 6.7's PostgreSQL backend, addBulk of 500, one worker, concurrency ${CONCURRENCY} (best of 10, 20, 50, 100), ${POOL} connections`;

export const open = ({ postgresUrl, onTask }) =>
  openBullmq(withBackend(createPostgresBackend), { connectionString: postgresUrl, max: POOL, migrate: true }, CONCURRENCY, onTask);
