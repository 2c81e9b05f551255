import { mutant } from './mutant.mjs';

const DUPLICATES = 'src/content/duplicates/duplicate.service.ts';
const DUPLICATE_SQL = 'src/content/duplicates/duplicate.sql.ts';
const FINGERPRINT = 'src/content/duplicates/fingerprint.ts';
const HANDLER = 'src/content/generation/content-generation.handler.ts';
const RESULT = 'src/content/generation/task-result-handler.ts';
const CONTENTS = 'src/content/contents/content.service.ts';
const VIEW = 'src/content/contents/content.dto.ts';
const WORDS = 'src/core/text/sensitive-words.ts';
const checks = 'test/api/content-checks.e2e-spec.ts';
const words = 'src/core/text/sensitive-words.spec.ts';

export const content = [
  mutant('topic: looked up first', HANDLER, 'await this.refuseDuplicate(context, request.topic);\n', '', checks, 'before the creator runs'),
  mutant('topic: only on request', HANDLER, 'if (params.allowDuplicate !== true) throw failure;', '', checks, 'before the creator runs'),
  mutant(
    'topic: names no content of others',
    'src/content/duplicates/duplicate-topic.ts',
    'accountId === ownAccount.toLowerCase()',
    'accountId !== ""',
    checks,
    'before the creator runs',
  ),
  mutant('topic: the earlier task continues', DUPLICATE_SQL, ' AND t.id < $2::uuid', '', checks, 'the earlier one'),
  mutant(
    'topic: of ended tasks is free',
    DUPLICATE_SQL,
    "t.status IN ('pending', 'submitted', 'running') AND t.id",
    't.id',
    checks,
    'the earlier one',
  ),
  mutant('topic: 15 days', DUPLICATE_SQL, "interval '15 days'", "interval '16 days'", checks, 'for 15 days'),
  mutant(
    'body: compared in turn',
    RESULT,
    'await this.recheck(tx, generated)',
    'generated.check',
    checks,
    'stored at once|one transaction at a time',
  ),
  mutant(
    'body: one transaction at a time',
    DUPLICATES,
    'await tx.query(LOCK_FINGERPRINTS, []);\n',
    '',
    checks,
    'one transaction at a time',
  ),
  mutant(
    'body: a sample waits for no comparison',
    DUPLICATES,
    "if (text.fingerprint.bodySignature === '') return [];\n",
    '',
    'test/content/completion-locks.e2e-spec.ts',
    'is a sample',
  ),
  mutant(
    'body: fingerprint stored',
    'src/content/contents/content.sql.ts',
    "decode($4, 'base64') FROM stored)",
    "decode($4, 'base64') FROM stored WHERE false)",
    checks,
    'of a body',
  ),
  mutant(
    'body: fingerprint replaced',
    CONTENTS,
    'await this.duplicates.save(tx, contentId, set.version, fingerprint);',
    '',
    checks,
    'in every edit',
  ),
  mutant(
    'body: compared in an edit',
    CONTENTS,
    'await this.duplicates.findBodyInTurn(tx, { ...compared, fingerprint })',
    '[]',
    checks,
    'in every edit',
  ),
  mutant('body: blocks from 0.5', DUPLICATES, 'const BLOCK = 0.5;', 'const BLOCK = 0.25;', checks, 'in every edit'),
  mutant('body: warns from 0.25', DUPLICATES, 'const WARN = 0.25;', 'const WARN = 0.5;', checks, 'in every edit'),
  mutant(
    'body: not of a rejected content',
    DUPLICATE_SQL,
    "\n  WHERE (SELECT c.review_status FROM contents c WHERE c.id = f.content_id) <> 'rejected'",
    '',
    checks,
    'rejected content',
  ),
  mutant('body: not of a brief', FINGERPRINT, '!isForReaders(kind) ? null :', '', checks, 'a brief are none'),
  mutant(
    'finding: hides contents of others',
    VIEW,
    'isWithin(within, accountId) ? contentId : null',
    'contentId',
    checks,
    'those who may see it',
  ),
  mutant(
    'report: hides contents of others',
    CONTENTS,
    'toFindingView(finding, [content.accountId])',
    'toFindingView(finding, null)',
    checks,
    'those who may see it',
  ),
  mutant('words: borders', WORDS, 'if (touches(read, start) || touches(read, end)) return false;', '', words, 'SensitiveWordMatcher'),
  mutant('words: even separators', WORDS, 'return worst === GAP.weak && evenly;', 'return worst === GAP.weak;', words, 'finds nothing'),
  mutant('words: not across sentences', WORDS, 'return worst === GAP.weak || evenly;', 'return true;', words, 'finds nothing'),
  mutant(
    'words: inside of a phrase only',
    WORDS,
    'range.start <= start && end <= range.end',
    'range.start <= end',
    words,
    'allowed phrase',
  ),
  mutant('words: after an edit', CONTENTS, '      sensitiveWords: this.sensitiveWords,\n', '', checks, 'sensitive words'),
  mutant(
    'words: of a creation',
    HANDLER,
    'checkCreation(request, compared, this.sensitiveWords)',
    'checkCreation(request, compared)',
    checks,
    'sensitive words',
  ),
];
