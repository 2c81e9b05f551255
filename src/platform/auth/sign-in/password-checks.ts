import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../http/problem.ts';
import { hashPassword, isPassword } from './password-hash.ts';

/** Each takes 32 MiB and one of the four threads that Node also needs for files and name look-ups. */
const AT_ONCE = 2;
/** About 4 s of work on a slow machine. */
const MOST_WAITING = 20;

/** Computes hashes of passwords, few at a time, so that sign-ins cannot use up the process. */
@Injectable()
export class PasswordChecks {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  hash(password: string): Promise<string> {
    return this.inTurn(() => hashPassword(password));
  }

  isPassword(password: string, storedHash: string): Promise<boolean> {
    return this.inTurn(() => isPassword(password, storedHash));
  }

  /** @throws {ProblemError} 503 when too many wait */
  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next(); // takes over the turn
    }
  }

  private enter(): Promise<void> | undefined {
    if (this.running < AT_ONCE) {
      this.running += 1;
      return undefined;
    }
    if (this.waiting.length >= MOST_WAITING)
      throw ProblemError.unavailable('sign_in_busy', 'Too many people sign in at this moment.', { retryAfter: 2 });
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
