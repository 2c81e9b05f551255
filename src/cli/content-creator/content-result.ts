import type { ApiClient } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import type { ContentTask } from './content-task.ts';
import { toRecord } from './content-task.ts';

/** The fields of GET /contents/{id} that this program reads. */
interface Content {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly bodyMarkdown: string;
  readonly bodyHtml: string;
  readonly wordCount: number;
  readonly qualityScore: number | null;
  readonly reviewStatus: string;
  readonly checks: readonly { readonly detail: string }[];
  readonly sources: readonly object[];
}

export interface TaskResult {
  /** The article with its title as the first heading. */
  readonly markdown: string;
  readonly score: number | null;
  /** The members of the native contract, and those of the public tool's HTTP API. */
  readonly json: object;
}

export async function resultOf(api: ApiClient, task: ContentTask): Promise<TaskResult> {
  if (task.contentId === null)
    throw new CliError(Exit.failed, 'no_content', '该任务未生成结果 (the task has no content)', `contenthub task logs ${task.executionId}`);
  const content = await api.get<Content>(`/contents/${task.contentId}`);
  const { title, summary, bodyMarkdown, bodyHtml, wordCount, qualityScore, reviewStatus, checks, sources } = content;
  const markdown = `# ${title}\n\n${bodyMarkdown}`;
  const written = { content: markdown, htmlContent: bodyHtml, title, summary, images: [], qualityScore, wordCount, reviewStatus };
  return {
    markdown,
    score: qualityScore,
    json: { ...toRecord(task), ...written, sources, warnings: checks.map(({ detail }) => detail) },
  };
}
