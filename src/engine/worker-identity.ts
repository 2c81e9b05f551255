import { hostname } from 'node:os';
import { ISOLATED } from '../core/task/lease-owner.ts';

/** The owner names of the leases of this process. Each boot has new ones, so no process recovers leases of its own name. */
export class WorkerIdentity {
  readonly owner: string;
  /** Owns the leases of attempts in child processes: the end of this process does not count as their crash. */
  readonly isolatedOwner: string;

  constructor(readonly bootId: string) {
    this.owner = `${hostname()}:${process.pid}:${bootId}`;
    this.isolatedOwner = `${hostname()}:${process.pid}:${ISOLATED}:${bootId}`;
  }
}
