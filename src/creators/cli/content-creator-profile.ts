import { CreationError } from '../creation-error.ts';
import { type CreationRequest, type CreatorHealth, type ExternalStatus, type Submission, USABLE } from '../creator.ts';
import { type ExternalText, subjectOf } from '../external/external-article.ts';
import { incompatible } from '../external/wire-answers.ts';
import { type CliCall, type CliProgram, RESULT_MS, STATUS_MS, SUBMIT_MS } from './cli-program.ts';
import type { CliProfile } from './cli-profile.ts';
import type { CommandAnswer } from './command.ts';
import { type ListedWork, readCreatedId, readList, readResult, readState } from './content-creator-output.ts';
import { StatusBatch } from './status-batch.ts';

/** Every command of the tool ends with exit code 1 without these. Without REDIS_URL `create` leaves a row that nothing ever runs. */
const NEEDED = ['LLM_API_KEY', 'LLM_BASE_URL', 'TAVILY_API_KEY', 'ARK_API_KEY', 'REDIS_URL'];
/** Asynchronous results are always written to SQLite, so the other databases lose them. */
const DEFAULTS = { NODE_ENV: 'production', DATABASE_TYPE: 'sqlite', LOG_LEVEL: 'error' };
/** The longest list that is read. An older task is asked for by itself. */
const LISTED = 200;
/** The clocks of both programs differ by less. */
const SKEW_MS = 5_000;
/** The queue of the tool overwrites the cause of a failure with this message 2 s later. */
const CLAIM_MESSAGE = /version mismatch|already claimed/i;

/** The public tool `llm-content-creator` 0.2: it takes no id from its caller and prints text for people. */
export class ContentCreatorProfile implements CliProfile {
  private readonly batch: StatusBatch<ListedWork>;

  constructor(private readonly program: CliProgram) {
    this.batch = new StatusBatch(async (signal) => new Map((await this.list(signal)).map((work) => [work.taskId, work])));
  }

  async probe(signal: AbortSignal): Promise<CreatorHealth> {
    const missing = this.missing();
    if (missing !== null) return { usable: false, code: 'not_configured', detail: missing };
    await this.call({ args: ['--version'], timeoutMs: STATUS_MS, signal });
    return USABLE;
  }

  /** A repeated hand-over looks for the work first: the crash or the time limit may have hit after the tool stored it. */
  async submit(request: CreationRequest, submission: Submission, signal: AbortSignal): Promise<string> {
    const missing = this.missing();
    if (missing !== null) throw new CreationError('invalid_input', missing);
    const [topic, requirements] = [subjectOf(request), requirementsOf(request)];
    if (submission.repeated) {
      const found = await this.find({ topic, requirements }, submission, signal);
      if (found !== null) return found;
    }
    const { minWords = 500, maxWords = 2_000 } = request.account.voice;
    const args = [
      'create',
      '--type=content-creator',
      '--mode=async',
      `--topic=${topic}`,
      `--requirements=${requirements}`,
      `--min-words=${Math.min(minWords, maxWords)}`,
      `--max-words=${Math.max(minWords, maxWords)}`,
      ...(request.keywords.length === 0 ? [] : [`--keywords=${request.keywords.map((word) => word.replaceAll(',', ' ')).join(',')}`]),
      ...(request.tone === null ? [] : [`--tone=${request.tone}`]),
    ];
    return readCreatedId(await this.call({ args, timeoutMs: SUBMIT_MS, signal }));
  }

  async status(externalId: string, signal: AbortSignal): Promise<ExternalStatus> {
    const listed = await this.batch.get(externalId, signal);
    const { status, errorMessage } =
      listed ?? readState(await this.call({ args: ['status', `--task-id=${externalId}`], timeoutMs: STATUS_MS, signal }));
    switch (status) {
      case 'completed':
      case 'cancelled':
        return { state: status };
      case 'failed':
        return { state: 'failed', error: new CreationError('transient', reasonOf(errorMessage)) };
      default:
        // The worker of the tool sets no step, so there is no progress.
        return { state: status === 'running' ? 'running' : 'waiting', progress: null, step: null };
    }
  }

  async result(externalId: string, signal: AbortSignal): Promise<ExternalText> {
    const args = ['result', `--task-id=${externalId}`, '--format=text'];
    const text = readResult(await this.call({ args, timeoutMs: RESULT_MS, signal }));
    if (text === null) throw new CreationError('transient', 'The tool listed the task as completed, but has no result yet.');
    return text;
  }

  /** The tool cancels on PostgreSQL only, and its asynchronous results need SQLite. */
  cancel(): Promise<boolean> {
    return Promise.resolve(false);
  }

  private missing(): string | null {
    const names = NEEDED.filter((name) => !this.program.has(name));
    return names.length === 0 ? null : `The tool needs ${names.join(', ')}. Set them, and name them in CREATOR_CLI_ENV.`;
  }

  private async find(
    { topic, requirements }: Pick<ListedWork, 'topic' | 'requirements'>,
    { startedAt, isTaken }: Submission,
    signal: AbortSignal,
  ): Promise<string | null> {
    const age = Date.now() - startedAt.getTime();
    const since = startedAt.getTime() - SKEW_MS;
    for (const work of await this.list(signal)) {
      const same = work.topic === topic && work.requirements === requirements && work.createdAt >= since;
      if (same && !(await isTaken(work.taskId))) return work.taskId;
    }
    // A killed worker leaves its `create` running. It may store the task until its time limit.
    if (age < SUBMIT_MS) {
      const message = 'An earlier `create` may still run. The list of the tool is read again when it has ended.';
      throw new CreationError('transient', message, { retryAfterMs: SUBMIT_MS - age });
    }
    return null;
  }

  private async list(signal: AbortSignal): Promise<ListedWork[]> {
    return readList(await this.call({ args: ['list', '--json', `--limit=${LISTED}`], timeoutMs: STATUS_MS, signal }));
  }

  private async call(call: CliCall): Promise<string> {
    const answer = await this.program.run(call, DEFAULTS);
    if (answer.exitCode !== 0) throw failureOf(answer);
    return answer.stdout;
  }
}

/** The tool knows topic and requirements only, so the wishes of the account are sentences of the requirements. */
function requirementsOf({ requirements, language, category, account: { name, voice }, topic }: CreationRequest): string {
  const { persona, tone, requiredPhrases = [], forbiddenPhrases = [] } = voice;
  const lines = [
    requirements ?? `Write an article about ${topic ?? 'the topic'} for ${name}.`,
    language === 'zh' ? '语言:中文' : 'Language: English',
    category && `Section: ${category}`,
    persona && `Persona: ${persona}`,
    tone && `Tone: ${tone}`,
    requiredPhrases.length > 0 && `Use these phrases: ${requiredPhrases.join('; ')}`,
    forbiddenPhrases.length > 0 && `Do not use these phrases: ${forbiddenPhrases.join('; ')}`,
  ];
  return lines.filter((line) => typeof line === 'string' && line !== '').join('\n');
}

function reasonOf(errorMessage: string | null): string {
  if (errorMessage === null || CLAIM_MESSAGE.test(errorMessage)) {
    return 'The task failed in the tool, whose queue has overwritten the cause. Its logs have it.';
  }
  return `The task failed in the tool: ${errorMessage.slice(0, 1_000)}`;
}

/** The tool ends with 1 for every error. Only its words differ. */
function failureOf({ exitCode, stdout, stderr }: CommandAnswer): CreationError {
  const unknownOption = /^error: (.*)$/m.exec(stderr)?.[1];
  if (unknownOption !== undefined) {
    return new CreationError('incompatible', `The tool is not of version 0.2: ${unknownOption.slice(0, 300)}. Install that version.`);
  }
  if (/不存在|not found/i.test(stderr)) {
    return new CreationError('incompatible', 'The tool does not know the task. Its database in CREATOR_CLI_DIR is another one.');
  }
  const refused = /❌\s*错误\s*[:：]\s*(.*)$/m.exec(stderr)?.[1];
  if (refused !== undefined) return new CreationError('invalid_input', `The tool refused the request: ${refused.slice(0, 500)}`);
  const why = /❌\s*(.*)$/m.exec(`${stderr}\n${stdout}`)?.[1]?.trim();
  if (why !== undefined && why !== '') return new CreationError('transient', `The tool failed: ${why.slice(0, 500)}`);
  return incompatible(`The tool ended with exit code ${exitCode}`, stderr.trim() || stdout);
}
