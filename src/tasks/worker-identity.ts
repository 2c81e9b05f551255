import { hostname } from 'node:os';

/** The name this process signs leases with. Nobody ever recovers "its own name": each boot has a new one. */
export class WorkerIdentity {
  readonly owner: string;

  constructor(readonly bootId: string) {
    this.owner = `${hostname()}:${process.pid}:${bootId}`;
  }
}
