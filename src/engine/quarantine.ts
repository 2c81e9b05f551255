/** Wake-ups for quarantined tasks have this name instead of a queue's. */
export const QUARANTINE = 'quarantine';
