import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../http/problem.ts';
import { Metrics } from '../../telemetry/metrics.ts';
import { OidcError } from '../oidc/oidc-error.ts';

export type SignInMethod = 'key' | 'code' | 'password' | 'link' | 'oidc';

/** Counts sign-ins of this process. */
@Injectable()
export class SignInMetrics {
  private readonly signIns;

  constructor(metrics: Metrics) {
    this.signIns = metrics.counter(
      'contenthub_sign_ins_total',
      'Sign-ins that this process answered. locked: refused during a wait; refused: wrong or not allowed; invalid: another mistake of the request.',
      ['method', 'outcome'],
    );
  }

  async counted<T>(method: SignInMethod, signIn: () => Promise<T>): Promise<T> {
    try {
      const answer = await signIn();
      this.signIns.inc({ method, outcome: 'ok' });
      return answer;
    } catch (error) {
      this.signIns.inc({ method, outcome: outcomeOf(error) });
      throw error;
    }
  }
}

function outcomeOf(error: unknown): string {
  if (error instanceof OidcError) return 'refused';
  const status = error instanceof ProblemError ? error.status : 500;
  if (status === 429) return 'locked';
  if (status === 401 || status === 403) return 'refused';
  return status < 500 ? 'invalid' : 'error';
}
