import { mutant } from './mutant.mjs';

const CIRCUITS = 'src/creators/llm/circuit-breaker.sql.ts';
const CALLER = 'src/creators/llm/model-caller.ts';
const CHAT = 'src/creators/llm/chat-client.ts';
const USAGE = 'src/creators/llm/usage.sql.ts';
const WRITER = 'src/creators/llm/article-writer.ts';
const LLM = 'src/creators/llm/llm-creator.ts';
const CHECKS = 'src/core/text/check-content.ts';
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
    'if (!(error instanceof CreationError)) throw error;',
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
    "WHERE id = $1 AND state = 'reserved'",
    "WHERE id = $1 AND state = 'settled'",
    llm,
    'adds up usage',
  ),
];
