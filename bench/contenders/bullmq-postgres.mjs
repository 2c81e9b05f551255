import { createPostgresBackend, withBackend } from 'bullmq';
import { openBullmq } from '../lib/bullmq.mjs';

const CONCURRENCY = 50;
const POOL = 10;

export const configuration = () => `BullMQ 6.7's PostgreSQL backend, addBulk of 500, one worker, concurrency ${CONCURRENCY}, ${POOL} connections`;

export const open = ({ postgresUrl, onTask }) =>
  openBullmq(withBackend(createPostgresBackend), { connectionString: postgresUrl, max: POOL, migrate: true }, CONCURRENCY, onTask);
