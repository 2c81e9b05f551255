import { hostname } from 'node:os';
import { ISOLATED } from '../core/task/lease-owner.ts';

/** The name this process signs leases with. Nobody ever recovers "its own name": each boot has a new one. */
export class WorkerIdentity {
  readonly owner: string;
  /** Signs leases of attempts that run in a process of their own: when this process dies, they were not its end. */
  readonly apart: string;

  constructor(readonly bootId: string) {
    this.owner = `${hostname()}:${process.pid}:${bootId}`;
    this.apart = `${hostname()}:${process.pid}:${ISOLATED}:${bootId}`;
  }
}
