/** Wake-ups for quarantined tasks carry this name. It is no queue's. */
export const QUARANTINE = 'quarantine';
