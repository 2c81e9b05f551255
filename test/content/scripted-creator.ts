import {
  type CreationRequest,
  type CreationResult,
  type CreationRun,
  type CreationUsage,
  type CreatorDescription,
  ExternalCreator,
  type ExternalStatus,
  type Submission,
  type WorkPrice,
} from '../../src/creators/creator.ts';
import type { Cost } from '../../src/creators/budgets/money.ts';
import { toArticle } from '../../src/creators/external/external-article.ts';

/** Another system, by what the test says. */
export class ScriptedCreator extends ExternalCreator {
  override readonly pollEveryMs = 20;
  override price: WorkPrice | null = null;
  readonly submissions: Pick<Submission, 'key' | 'repeated'>[] = [];
  readonly cancelled: string[] = [];
  submitting: (count: number) => Promise<string> = (count) => Promise.resolve(`work-${count}`);
  polled: (externalId: string) => ExternalStatus = () => ({ state: 'completed' });
  text: (externalId: string) => string = () => 'The tide follows the moon.';
  usage: CreationUsage | null = null;
  reported: Cost | null = null;

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
    return toArticle('scripted', '1', request, { markdown: this.text(externalId), usage: this.usage });
  }

  override reportedCost(): Promise<Cost | null> {
    return Promise.resolve(this.reported);
  }

  override cancel(externalId: string): Promise<boolean> {
    this.cancelled.push(externalId);
    return Promise.resolve(true);
  }
}
