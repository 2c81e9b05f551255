/** Stands in the name of a lease's owner, as `host:pid:apart:boot`, when the attempt runs in a process of its own. */
export const APART = 'apart';
