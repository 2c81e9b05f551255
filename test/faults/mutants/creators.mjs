import { mutant } from './mutant.mjs';

const CIRCUITS = 'src/creators/llm/circuit-breaker.sql.ts';
const CALLER = 'src/creators/llm/model-caller.ts';
const CHAT = 'src/creators/llm/chat-client.ts';
const USAGE = 'src/creators/budgets/usage.sql.ts';
const WRITER = 'src/creators/llm/article-writer.ts';
const LLM = 'src/creators/llm/llm-creator.ts';
const CHECKS = 'src/core/text/check-content.ts';
const WORKS = 'src/content/generation/task-status-poller.sql.ts';
const EXTERNAL = 'src/content/generation/external-work.service.ts';
const WORK_SQL = 'src/content/generation/creator-work.sql.ts';
const CALLBACKS = 'src/content/generation/creator-callback.service.ts';
const SIGNATURES = 'src/platform/egress/verify-webhook.ts';
const CLI_COMMAND = 'src/creators/cli/command.ts';
const HTTP = 'src/creators/http/http-creator.ts';
const poller = 'test/content/task-status-poller.e2e-spec.ts';
const handedOver = 'test/content/external-work.e2e-spec.ts';
const callbacks = 'test/content/creator-callbacks.e2e-spec.ts';
const cli = 'test/creators/cli.int-spec.ts';
const http = 'test/creators/http.int-spec.ts';
const llm = 'test/creators/llm.int-spec.ts';

export const creators = [
  mutant(
    'circuit: one worker has the probe',
    CIRCUITS,
    ' AND (probe_until IS NULL OR probe_until <= app_clock())',
    '',
    llm,
    'probed by one worker',
  ),
  mutant(
    'circuit: opens after five failures',
    CIRCUITS,
    'OR c.failures + 1 >= $2 THEN',
    'OR c.failures + 1 >= $2 + 1000 THEN',
    llm,
    'one worker has the probe',
  ),
  mutant(
    'circuit: a failed probe opens it again',
    CIRCUITS,
    'WHERE c.open_until IS NULL OR $4',
    'WHERE c.open_until IS NULL',
    llm,
    'one worker has the probe',
  ),
  mutant(
    'judge: a failure is no verdict',
    WRITER,
    'if (!(error instanceof CreationError) || error instanceof BudgetExceededError) throw error;',
    'throw error;',
    llm,
    'keeps the article, for a person',
  ),
  mutant(
    'judge: no verdict is no pass',
    LLM,
    "if (verdict === 'pass') return [];",
    "if (verdict !== 'revise') return [];",
    llm,
    'keeps the article, for a person',
  ),
  mutant('judge: revise blocks', CHECKS, "judge_revise: ['block', 20]", "judge_revise: ['warn', 20]", llm, 'revises at most three times'),
  mutant('circuit: an open one frees the slot', CALLER, ' && !(failure instanceof OpenCircuitError)', '', llm, 'one worker has the probe'),
  mutant('llm: a long Retry-After frees the slot', CALLER, ' && retryAfterMs <= LONGEST_WAIT_MS', '', llm, 'Retry-After of two minutes'),
  mutant('llm: a stream needs its end', CHAT, 'if (finish === null) throw', "if (finish === 'x') throw", llm, 'finished step again'),
  mutant('llm: a blank answer is none', CHAT, "if (withoutThinking(text) === '') throw", "if (text === 'x') throw", llm, 'is blank'),
  mutant(
    'usage: reserved before the call',
    USAGE,
    "estimated = $7, settled_at = app_clock()\n  WHERE id = $1 AND state IN ('reserved', 'lost')",
    "estimated = $7, settled_at = app_clock()\n  WHERE id = $1 AND state IN ('settled')",
    llm,
    'adds up usage',
  ),
  mutant('work: closed with its task', WORKS, ' AND t.completed_at IS NOT NULL', '', poller, 'polls one task now'),
  mutant(
    'work: stopped when it was accepted too late',
    EXTERNAL,
    'await this.stop(run.taskId',
    'if (Date.now() < 0) await this.stop(run.taskId',
    poller,
    'after its task was cancelled',
  ),
  mutant(
    'poll: one unreadable answer ends no work',
    EXTERNAL,
    'if (unreadable < MAX_UNREADABLE) throw askAgain(error);\n',
    '',
    poller,
    'four unreadable',
  ),
  mutant(
    'poll: a readable answer begins a new count',
    WORK_SQL,
    "WHEN 'reset' THEN 0",
    "WHEN 'reset' THEN unreadable_polls",
    poller,
    'four unreadable',
  ),
  mutant(
    'poll: the fifth unreadable answer ends the work',
    EXTERNAL,
    'const MAX_UNREADABLE = 5;',
    'const MAX_UNREADABLE = 500;',
    poller,
    'at the fifth',
  ),
  mutant(
    'poll: at most an hour',
    'src/core/task/poll-pause.ts',
    ', LONGEST_POLL_PAUSE_MS);',
    ', Number.POSITIVE_INFINITY);',
    poller,
    'at most an hour',
  ),
  mutant(
    'poll: as the answer asks',
    HTTP,
    'return { ...status, pollAfterMs: pauseMs };',
    'return status;',
    poller,
    'honours the Retry-After',
  ),
  mutant(
    'poll now: of the accounts of the caller',
    WORKS,
    'AND w.task_id > $2 AND ($1::uuid[] IS NULL OR g.account_id = ANY ($1))',
    'AND w.task_id > $2 AND ($1::uuid[] IS NULL OR true)',
    poller,
    'polls one task now',
  ),
  mutant(
    'hand-over: one that is open',
    WORK_SQL,
    "submitted_at = app_clock() WHERE id = $1 AND state = 'submitting'`",
    'submitted_at = app_clock() WHERE id = $1`',
    handedOver,
    'the first answer',
  ),
  mutant(
    'hand-over: refused is closed',
    EXTERNAL,
    "await this.works.end(work, { state: 'failed', error: error.message });\n        if (REFUSALS",
    'if (REFUSALS',
    handedOver,
    'was refused',
  ),
  mutant('callback: signed', SIGNATURES, "if (!genuine) return 'signature_invalid';\n", '', callbacks, 'changes nothing'),
  mutant('callback: not old', SIGNATURES, 'if (age > TOLERANCE_S)', 'if (age > 10 * TOLERANCE_S)', callbacks, 'changes nothing'),
  mutant(
    'callback: not of the future',
    SIGNATURES,
    'return age < -TOLERANCE_S',
    'return age < -100 * TOLERANCE_S',
    callbacks,
    'changes nothing',
  ),
  mutant('callback: once', CALLBACKS, 'if (!fresh) return;\n', '', callbacks, 'have one effect'),
  mutant('callback: only with a secret', CALLBACKS, "if (creator !== 'http' || this.keys", 'if (this.keys', callbacks, 'changes nothing'),
  mutant(
    'cli: nothing is inherited',
    CLI_COMMAND,
    'cwd, env, shell: false',
    'cwd, env: { ...process.env, ...env }, shell: false',
    cli,
    'allowed variables',
  ),
  mutant('cli: bounded output', CLI_COMMAND, "() => endFor('overflow')", '() => undefined', cli, 'endless'),
  mutant('http: no redirect', HTTP, 'followRedirects: false', 'followRedirects: true', http, 'follows no redirect'),
  mutant('http: the key of the hand-over', HTTP, ", 'idempotency-key': key }", ' }', http, 'key of the hand-over'),
];
