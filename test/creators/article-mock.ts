import { LLMock } from '@copilotkit/aimock';
import { writeArticle, type StubRequest } from './llm-stub.ts';

/** aimock, an OpenAI mock of others, with an answer for every step of the workflow. */
export function articleMock(): LLMock {
  const mock = new LLMock({ port: 0 });
  const textOf = (asked: string): string =>
    (writeArticle({ messages: [{ role: 'user', content: asked }] } as StubRequest).parts ?? []).join('');
  for (const begins of ['Plan an article', 'Write section 1', 'Write section 2', 'Read this article', 'Revise']) {
    mock.onMessage(new RegExp(`^${begins}`), { content: textOf(begins) });
  }
  return mock;
}
