import { describeEngine, openApplication, openEngine } from '../lib/engine.mjs';

const settings = { QUEUE_DRIVER: 'postgres' };

export const configuration = (part, slots) => describeEngine(part, slots, 'claims of at most 250, settles of at most 500, the full audit');

export const open = (options) => (options.part === 'submit-http' ? openApplication(options, settings) : openEngine(options, settings));
