/** Marks the lease owner of an attempt in a child process: `host:pid:apart:boot`. */
export const ISOLATED = 'apart';

/**
 * First part of the lease owner of an agent: `agent:name:id.registration`. Such a lease outlives the API process that granted it.
 */
export const AGENT = 'agent';
