import type { ExternalText } from '../external/external-article.ts';
import type { CreationRequest, CreatorHealth, ExternalStatus, Submission } from '../creator.ts';

/** How the commands of one program are called and read. Every failure is a CreationError. */
export interface CliProfile {
  probe(signal: AbortSignal): Promise<CreatorHealth>;
  /** Returns the id of the work. */
  submit(request: CreationRequest, submission: Submission, signal: AbortSignal): Promise<string>;
  status(externalId: string, signal: AbortSignal): Promise<ExternalStatus>;
  result(externalId: string, signal: AbortSignal): Promise<ExternalText>;
  cancel(externalId: string, signal: AbortSignal): Promise<boolean>;
}
