/** A server that was demoted or restarted: after a failover the same address may lead to another one. */
const MOVED = /\b(READONLY|LOADING|MASTERDOWN|UNBLOCKED)\b/;
/** A server that answers but does not serve. Redis 6 puts the reason of a failed script into the middle of the text. */
const REFUSED = /\b(NOPERM|NOAUTH|WRONGPASS|OOM|MISCONF|NOREPLICAS|CLUSTERDOWN)\b/;

export function mayHaveMoved({ message }: Error): boolean {
  return MOVED.test(message);
}

export function isRefusal(error: Error): boolean {
  return mayHaveMoved(error) || REFUSED.test(error.message);
}

export function isNoPermission({ message }: Error): boolean {
  return message.startsWith('NOPERM');
}
