import { CreationError } from '../creation-error.ts';
import type { CreationRun } from '../creator.ts';
import { ANSWER_UNUSABLE, type TitleRequest } from '../title-creator.ts';
import { readTitles, TITLES_SCHEMA } from './answers.ts';
import type { ChatMessage } from './chat-types.ts';
import { JsonAnswerError, readJsonAnswer } from './json-answer.ts';
import type { CallPayer, ModelCaller } from './model-caller.ts';
import type { PromptName } from './prompts/prompt-name.ts';
import { type PromptTemplate, renderPrompt } from './prompts/prompt-renderer.ts';

/** One call for the titles of all candidates, by their positions. @throws {CreationError} ANSWER_UNUSABLE for an answer without titles. */
export async function writeTitles(
  models: ModelCaller,
  prompts: Readonly<Record<PromptName, PromptTemplate>>,
  request: TitleRequest,
  payer: CallPayer,
  run: Pick<CreationRun, 'signal' | 'log'>,
): Promise<(string | null)[]> {
  const { account, language, candidates, model } = request;
  const values = {
    account: { name: account.name },
    language,
    voice: account.voice,
    tone: account.voice.tone ?? null,
    candidates: candidates.map((candidate, i) => ({ id: String(i + 1), ...candidate })),
  };
  const schema = JSON.stringify(TITLES_SCHEMA.schema);
  const wanted = `\n\nAnswer with one JSON object and nothing else. Its JSON schema:\n${schema}`;
  const messages: ChatMessage[] = [
    { role: 'system', content: renderPrompt(prompts.system, values) },
    { role: 'user', content: renderPrompt(prompts.titles, values) + wanted },
  ];
  const named = model === null ? {} : { model };
  const { text } = await models.call({ step: 'titles', label: 'titles', messages, answer: TITLES_SCHEMA, ...named }, payer, run);
  try {
    const titles = readTitles(readJsonAnswer(text));
    return candidates.map((_, i) => titles.get(String(i + 1)) ?? null);
  } catch (error) {
    if (!(error instanceof JsonAnswerError)) throw error;
    throw new CreationError('incompatible', `The answer of the model ${error.message}.`, { cause: error, reason: ANSWER_UNUSABLE });
  }
}
