import { BATCH, openPgBoss, WORKERS } from '../lib/pg-boss.mjs';

export const configuration = () =>
  `pg-boss 12.30, ${WORKERS} workers (best of 1, 2, 3, 4, 8) with batches of ${BATCH} (best of 250 to 2,000), burstWhenBatchFull, woken by LISTEN/NOTIFY, polling each 0.5 s, 10 connections`;

export const open = (options) => openPgBoss(options);
