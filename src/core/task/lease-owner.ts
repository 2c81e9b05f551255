/** Stands in the name of a lease's owner, as `host:pid:apart:boot`, when the attempt runs in a process of its own. */
export const ISOLATED = 'apart';

/** Begins the name of an owner that leases over HTTP: `agent:name:boot`. It outlives the processes it talks to. */
export const AGENT = 'agent';
