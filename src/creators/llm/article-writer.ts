import { countWords } from '../../core/text/word-count.ts';
import { BudgetExceededError } from '../budgets/budget-errors.ts';
import { checkCreation } from '../check-creation.ts';
import { CreationError } from '../creation-error.ts';
import type { CreationRequest, CreationRun, CreationUsage, QuotedSource } from '../creator.ts';
import { type Outline, OUTLINE_SCHEMA, readOutline, readVerdict, type Verdict, VERDICT_SCHEMA } from './answers.ts';
import type { AnswerSchema, ChatMessage } from './chat-types.ts';
import { JsonAnswerError, readJsonAnswer } from './json-answer.ts';
import type { PromptSource } from './material.ts';
import type { CallPayer, ModelAnswer, ModelCaller } from './model-caller.ts';
import type { PromptName } from './prompts/prompt-name.ts';
import { type PromptMark, type PromptTemplate, renderPrompt } from './prompts/prompt-renderer.ts';
import type { LlmStep } from './provider-config.ts';

const DEFAULT_WORDS = 1_000;
const WORDS_A_SECTION = 300;
/** Share of the work that is done when a step begins. */
const AT = { outline: 5, draft: 15, images: 75, check: 78 };

export interface WriterContext {
  models: ModelCaller;
  payer: CallPayer;
  prompts: Readonly<Record<PromptName, PromptTemplate>>;
  request: CreationRequest;
  run: CreationRun;
  sources: readonly PromptSource[];
  version: string;
}

export interface WrittenArticle {
  title: string;
  summary: string;
  body: string;
  sources: QuotedSource[];
  /** Remaining findings, as sentences. */
  findings: string[];
  verdict: Verdict['verdict'] | null;
  revisions: number;
  usage: CreationUsage;
  providers: string[];
  models: string[];
  prompts: PromptMark[];
}

type Assemble = (body: string) => { body: string; sources: QuotedSource[] };

/** The workflow of one article. Every call is a checkpoint by its step and the hash of its prompt. */
export class ArticleWriter {
  private readonly answers: ModelAnswer[] = [];
  private readonly used = new Map<PromptName, PromptMark>();

  constructor(private readonly context: WriterContext) {}

  async write(assemble: Assemble): Promise<WrittenArticle> {
    const { request, run } = this.context;
    run.progress(AT.outline, 'outline');
    const outline = await this.outline();
    let draft = assemble(await this.drafts(outline));
    run.progress(AT.images, 'images'); // the cover is drawn from the title
    const most = Number(request.options['revisions'] ?? 3);
    for (let revisions = 0; ; revisions++) {
      run.progress(AT.check + 6 * revisions, 'check');
      const { problems, verdict } = await this.check(outline, draft.body, revisions);
      if (problems.length === 0 || revisions >= most) return this.finished(outline, draft, problems, verdict, revisions);
      run.log('info', `Revision ${revisions + 1} of ${most}`, { problems });
      draft = assemble(await this.revise(outline, draft.body, problems, revisions + 1));
    }
  }

  private outline(): Promise<Outline> {
    const { request } = this.context;
    const words = this.wordBudget();
    const most = Math.max(2, Math.ceil(words / WORDS_A_SECTION) + 1);
    const values = {
      ...this.values(),
      topic: request.topic,
      category: request.category,
      requirements: request.requirements,
      words,
      minSections: Math.max(2, most - 3),
      maxSections: most,
    };
    return this.ask('outline', 'outline', values, OUTLINE_SCHEMA, readOutline);
  }

  /** One call for each section, in order: each prompt contains the end of the previous section. */
  private async drafts({ title, sections }: Outline): Promise<string> {
    const { run } = this.context;
    const parts: string[] = [];
    let before = '';
    for (const [i, section] of sections.entries()) {
      const begun = AT.draft + ((AT.images - AT.draft) * i) / sections.length;
      const share = (AT.images - AT.draft) / sections.length;
      run.progress(begun, 'draft');
      const values = { ...this.values(), title, outline: sections, section, number: i + 1, count: sections.length, before };
      const onText = (characters: number): void => run.progress(begun + share * Math.min(0.95, characters / (section.words * 6)), 'draft');
      const text = withoutHeading(await this.text('draft', `draft/${i + 1}`, values, onText), section.heading);
      parts.push(`## ${section.heading}\n\n${text}`);
      before = text.slice(-300);
    }
    return parts.join('\n\n');
  }

  /** The rules, and a model that reads the article. A model that fails gives `cannot_judge`: the paid article goes to a person. */
  private async check({ title, summary }: Outline, body: string, round: number): Promise<Verdict> {
    const { request, run } = this.context;
    const rules = checkCreation(request, { kind: 'article', title, summary, bodyMarkdown: body, boilerplate: [], findings: [] });
    const broken = rules.findings.filter(({ severity }) => severity === 'block').map(({ detail }) => detail);
    if (request.options['judge'] === false) return { verdict: 'cannot_judge', problems: broken };
    try {
      const judged = await this.ask('check', `check/${round}`, { ...this.values(), title, summary, body }, VERDICT_SCHEMA, readVerdict);
      return { verdict: judged.verdict, problems: [...broken, ...(judged.verdict === 'revise' ? judged.problems : [])] };
    } catch (error) {
      run.signal.throwIfAborted();
      // A budget that is used up opens again, so the verdict is only late.
      if (!(error instanceof CreationError) || error instanceof BudgetExceededError) throw error;
      run.log('warn', `The check by a model gave no verdict: ${error.message}`);
      return { verdict: 'cannot_judge', problems: broken };
    }
  }

  private async revise({ title }: Outline, body: string, problems: readonly string[], round: number): Promise<string> {
    const { minWords, maxWords } = this.context.request.account.voice;
    const values = { ...this.values(), title, body: body.replaceAll(/\n\[\^[\w-]+\]:.*$/gm, ''), problems, minWords, maxWords };
    const text = await this.text('revise', `revise/${round}`, values);
    return text.replace(/^# [^\n]*\n+/, '');
  }

  private async text(step: LlmStep, label: string, values: object, onText?: (characters: number) => void): Promise<string> {
    return (await this.call(step, label, this.messages(step, values), undefined, onText)).text;
  }

  /** A JSON answer, with one repair turn. @throws {CreationError} `incompatible` when that does not help. */
  private async ask<T>(
    step: LlmStep & PromptName,
    label: string,
    values: object,
    schema: AnswerSchema,
    read: (value: Record<string, unknown>) => T,
  ): Promise<T> {
    const messages = this.messages(step, values, schema);
    const first = await this.call(step, label, messages, schema);
    try {
      return read(readJsonAnswer(first.text));
    } catch (error) {
      if (!(error instanceof JsonAnswerError)) throw error;
      const repair: ChatMessage[] = [
        ...messages,
        { role: 'assistant', content: first.text.slice(0, 20_000) },
        { role: 'user', content: this.render('repair', { problem: error.message }) },
      ];
      const second = await this.call(step, `${label}-repair`, repair, schema);
      try {
        return read(readJsonAnswer(second.text));
      } catch (again) {
        if (!(again instanceof JsonAnswerError)) throw again;
        throw new CreationError(
          'incompatible',
          `The model "${second.model}" gave no usable JSON for the step ${step}, not even after a second request: the answer ${again.message}.`,
          { cause: again },
        );
      }
    }
  }

  private async call(
    step: LlmStep,
    label: string,
    messages: readonly ChatMessage[],
    answer?: AnswerSchema,
    onText?: (characters: number) => void,
  ): Promise<ModelAnswer> {
    const { models, payer, run, request, version } = this.context;
    run.signal.throwIfAborted();
    const model = request.options['model'];
    const named = typeof model === 'string' ? { model } : {};
    const [part, ...rest] = label.split('/');
    const key =
      `${part === 'revise' ? 'check/revise' : part === 'outline-repair' ? 'outline/repair' : step}${rest.length > 0 ? `/${rest.join('/')}` : ''}` as `draft/${string}`;
    const given = await run.checkpoint(key, [version, messages, answer?.name ?? null], () =>
      models.call({ step, label, messages, answer, onText, ...named }, payer, run),
    );
    this.answers.push(given);
    return given;
  }

  private messages(step: PromptName & LlmStep, values: object, schema?: AnswerSchema): ChatMessage[] {
    const { account, language, tone } = this.context.request;
    const system = this.render('system', {
      ...values,
      account: { name: account.name },
      language,
      voice: account.voice,
      tone: tone ?? account.voice.tone ?? null,
    });
    const wanted =
      schema === undefined ? '' : `\n\nAnswer with one JSON object and nothing else. Its JSON schema:\n${JSON.stringify(schema.schema)}`;
    return [
      { role: 'system', content: system },
      { role: 'user', content: this.render(step, values) + wanted },
    ];
  }

  private render(name: PromptName, values: object): string {
    const template = this.context.prompts[name];
    const { version, hash } = template;
    this.used.set(name, { name, version, hash });
    return renderPrompt(template, values);
  }

  private values(): object {
    const { request, sources } = this.context;
    return { keywords: request.keywords, sources, previousFindings: request.previousFindings };
  }

  private wordBudget(): number {
    const { category, account } = this.context.request;
    const { minWords, maxWords } = account.voice;
    const section = account.sections.find(({ code, name }) => code === category || name === category);
    const wanted =
      section?.wordCount ??
      (minWords !== undefined && maxWords !== undefined ? (minWords + maxWords) / 2 : (minWords ?? DEFAULT_WORDS) * 1.2);
    return Math.round(Math.min(Math.max(wanted, minWords ?? 0), maxWords ?? Number.POSITIVE_INFINITY));
  }

  private finished(
    { title, summary }: Outline,
    draft: ReturnType<Assemble>,
    findings: string[],
    verdict: Verdict['verdict'],
    revisions: number,
  ): WrittenArticle {
    const unique = (values: string[]): string[] => [...new Set(values)];
    const { answers, used } = this;
    this.context.run.log('info', `Written: ${countWords(draft.body)} words in ${answers.length} calls`, { revisions });
    const providers = unique(answers.map(({ provider }) => provider));
    return {
      title,
      summary,
      ...draft,
      findings,
      verdict,
      revisions,
      usage: usageOf(answers),
      providers,
      models: unique(answers.map(({ model }) => model)),
      prompts: [...used.values()],
    };
  }
}

/** The sum of all calls. Costs in several currencies, or with an unknown price, have no sum. */
function usageOf(answers: readonly ModelAnswer[]): CreationUsage {
  const sum = (of: (answer: ModelAnswer) => number): number => answers.reduce((total, answer) => total + of(answer), 0);
  const currencies = new Set(answers.map(({ currency }) => currency));
  const known = currencies.size === 1 && answers.every(({ cost }) => cost !== null);
  return {
    promptTokens: sum(({ promptTokens }) => promptTokens),
    completionTokens: sum(({ completionTokens }) => completionTokens),
    cost: known ? sum(({ cost }) => cost ?? 0) : null,
    currency: known ? ([...currencies][0] ?? null) : null,
    estimated: answers.some(({ estimated }) => estimated),
  };
}

/** Models repeat the heading although they are asked not to. */
function withoutHeading(text: string, heading: string): string {
  const [first = '', ...rest] = text.split('\n');
  return first.replace(/^#+\s*/, '').trim() === heading.trim() && first.startsWith('#') ? rest.join('\n').trim() : text;
}
