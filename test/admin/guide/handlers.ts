import type { TaskContext } from '../../../src/tasks/definitions/task-context.ts';
import type { TestHandler } from '../../support/application.ts';

type Context = TaskContext<Record<string, unknown>>;

/** A failure without paths of this machine, which its log and the pictures would show. */
function failure(message: string, place: string): Error {
  return Object.assign(new Error(message), { stack: `Error: ${message}\n    at ${place}` });
}

/** Tasks of an operator's day: one that succeeds at its second attempt, one that fails, one that runs until it is cancelled. */
export const HANDLERS = [
  {
    name: 'feed-import',
    maxAttempts: 3,
    backoff: { baseMs: 2_000, maxMs: 2_000 },
    async handle({ attempt, log, progress }: Context) {
      log.info('Reading the feed');
      progress(20, 'read');
      log.info('The feed has 48 entries', { bytes: 182_311 });
      if (attempt === 1) {
        log.warn('The answer took 9.8 s');
        log.error('The service answered 502');
        throw failure('The service answered 502.', 'readFeed (tasks/feed-import.ts:18:11)');
      }
      progress(80, 'store');
      log.info('12 new entries stored, 36 were known');
      return { stored: 12, known: 36 };
    },
  },
  {
    name: 'site-backup',
    maxAttempts: 1,
    handle({ log }: Context) {
      log.info('Copying 3 folders');
      log.error('The target refuses the upload: no space left');
      return Promise.reject(failure('The target refuses the upload: no space left.', 'upload (tasks/site-backup.ts:31:9)'));
    },
  },
  { name: 'image-resize', handle: () => Promise.resolve({ ok: true }) },
  {
    name: 'video-encode',
    async handle({ signal, progress, log }: Context) {
      log.info('Encoding opening.mp4');
      progress(62, 'encode');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    },
  },
  { name: 'weekly-report', queue: 'reports', handle: () => Promise.resolve({ ok: true }) },
] as unknown as TestHandler[];
