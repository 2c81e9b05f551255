import type { ContentView } from '../api-types.ts';
import type { ApiClient } from '../api-client.ts';
import { CliError } from '../cli-error.ts';
import { Exit } from '../exit-code.ts';
import type { ContentTask } from './content-task.ts';
import { toRecord } from './content-task.ts';

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
  const content = await api.get<ContentView>(`/contents/${task.contentId}`);
  const { title, summary, bodyMarkdown, bodyHtml, wordCount, qualityScore, reviewStatus, checks, sources } = content;
  const markdown = `# ${title}\n\n${bodyMarkdown}`;
  const written = { content: markdown, htmlContent: bodyHtml, title, summary, images: [], qualityScore, wordCount, reviewStatus };
  return {
    markdown,
    score: qualityScore,
    json: { ...toRecord(task), ...written, sources, warnings: checks.map(({ detail }) => detail) },
  };
}
