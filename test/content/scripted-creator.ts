import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreatorDescription,
  ExternalCreator,
  type ExternalStatus,
  type Submission,
} from '../../src/creators/creator.ts';
import { toArticle } from '../../src/creators/external/external-article.ts';

/** Another system, by what the test says. */
export class ScriptedCreator extends ExternalCreator {
  override readonly pollEveryMs = 20;
  readonly submissions: Pick<Submission, 'key' | 'repeated'>[] = [];
  readonly cancelled: string[] = [];
  submitting: (count: number) => Promise<string> = (count) => Promise.resolve(`work-${count}`);
  polled: (externalId: string) => ExternalStatus = () => ({ state: 'completed' });
  text: (externalId: string) => string = () => 'The tide follows the moon.';

  override describe(): CreatorDescription {
    return { description: 'scripted', needsNetwork: false, asynchronous: true };
  }

  override submit(_request: CreationRequest, _run: CreationRun, { key, repeated }: Submission): Promise<string> {
    this.submissions.push({ key, repeated });
    return this.submitting(this.submissions.length);
  }

  override status(externalId: string): Promise<ExternalStatus> {
    return Promise.resolve().then(() => this.polled(externalId));
  }

  override async result(externalId: string, request: CreationRequest): Promise<CreationResult> {
    return toArticle('scripted', '1', request, { markdown: this.text(externalId) });
  }

  override cancel(externalId: string): Promise<boolean> {
    this.cancelled.push(externalId);
    return Promise.resolve(true);
  }
}
