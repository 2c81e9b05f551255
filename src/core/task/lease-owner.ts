/** Marks the lease owner of an attempt in a child process: `host:pid:isolated:boot`. */
export const ISOLATED = 'isolated';

/**
 * First part of the lease owner of an agent: `agent:name:id.registration`. Such a lease outlives the API process that granted it.
 */
export const AGENT = 'agent';
