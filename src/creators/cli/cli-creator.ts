import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreatorDescription,
  type CreatorHealth,
  ExternalCreator,
  type ExternalStatus,
  type Submission,
  type WorkPrice,
} from '../creator.ts';
import { CreationError } from '../creation-error.ts';
import { subjectOf, toArticle } from '../external/external-article.ts';
import type { CliProfile } from './cli-profile.ts';

const VERSION = '1';
const NOT_CONFIGURED = 'Set CREATOR_CLI_PATH to the absolute path of a content creator program.';

/** Hands the work to a program of the operator: `create`, then `status` until it ended, then `result`. No command outlives its time limit. */
export class CliCreator extends ExternalCreator {
  override readonly pollEveryMs = null;

  /** `profile` is null without a program. */
  constructor(
    private readonly name: string,
    private readonly profileName: string,
    private readonly profile: CliProfile | null,
    override readonly price: WorkPrice,
  ) {
    super();
  }

  override describe(): CreatorDescription {
    const which = this.profile === null ? 'none configured' : `profile ${this.profileName}`;
    return { description: `Articles by a program of the operator (${which}).`, needsNetwork: false, asynchronous: true };
  }

  override async probe(signal: AbortSignal): Promise<CreatorHealth> {
    if (this.profile === null) return { usable: false, code: 'not_configured', detail: NOT_CONFIGURED };
    try {
      return await this.profile.probe(signal);
    } catch (error) {
      if (!(error instanceof CreationError)) throw error;
      return { usable: false, code: error.code === 'incompatible' ? 'not_configured' : 'unreachable', detail: error.message };
    }
  }

  override async submit(request: CreationRequest, { signal }: CreationRun, submission: Submission): Promise<string> {
    signal.throwIfAborted();
    const profile = this.configured();
    subjectOf(request);
    return profile.submit(request, submission, signal);
  }

  override status(externalId: string, signal: AbortSignal): Promise<ExternalStatus> {
    return this.configured().status(externalId, signal);
  }

  override async result(externalId: string, request: CreationRequest, { signal }: CreationRun): Promise<CreationResult> {
    const text = await this.configured().result(externalId, signal);
    return toArticle(this.name, VERSION, request, { ...text, facts: { ...text.facts, program: this.profileName, externalId } });
  }

  override cancel(externalId: string, signal: AbortSignal): Promise<boolean> {
    return this.configured().cancel(externalId, signal);
  }

  private configured(): CliProfile {
    if (this.profile === null) throw new CreationError('invalid_input', `The creator "${this.name}" has no program. ${NOT_CONFIGURED}`);
    return this.profile;
  }
}
