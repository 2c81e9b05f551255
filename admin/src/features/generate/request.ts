import type { NewContentTask } from '../../api/content-tasks.ts';

/** What the form holds, as texts. */
export interface GenerateForm {
  readonly topic: string;
  readonly keywords: string;
  readonly tone: string;
  readonly requirements: string;
  readonly priority: number;
  readonly autoApprove: boolean;
  /** Of an input of the type datetime-local: the time zone of the browser. */
  readonly at: string;
}

export const EMPTY_FORM: GenerateForm = { topic: '', keywords: '', tone: '', requirements: '', priority: 5, autoApprove: false, at: '' };

const wordsOf = (text: string): string[] =>
  text
    .split(/[,，、;；\n]/)
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** The body of the request for one account: what is left empty is left to the account. */
export function requestOf(form: GenerateForm, accountId: string): NewContentTask {
  const topic = form.topic.trim();
  const keywords = wordsOf(form.keywords);
  return {
    accountId,
    ...(topic !== '' && { topic }),
    ...(keywords.length > 0 && { keywords }),
    ...(form.tone.trim() !== '' && { tone: form.tone.trim() }),
    ...(form.requirements.trim() !== '' && { requirements: form.requirements.trim() }),
    ...(form.priority !== EMPTY_FORM.priority && { priority: form.priority }),
    autoApprove: form.autoApprove,
    ...(form.at !== '' && { runAt: new Date(form.at).toISOString() }),
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

export const curlOf = (origin: string, body: NewContentTask): string =>
  `curl -X POST ${origin}/content-tasks -H "Authorization: Bearer $CONTENTHUB_KEY" -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(body))}`;

export function commandOf(body: NewContentTask): string {
  const { accountId = '', topic, keywords, tone, requirements, priority, autoApprove, runAt } = body;
  const options: readonly (readonly [string, string | undefined])[] = [
    ['account', accountId],
    ['topic', topic],
    ['keywords', keywords?.join(',')],
    ['tone', tone],
    ['requirements', requirements],
    ['priority', priority === undefined ? undefined : String(priority)],
    ['at', runAt],
  ];
  const given = options.flatMap(([name, value]) => (value === undefined ? [] : [`--${name} ${quoted(value)}`]));
  return ['npx contenthub content generate', ...given, autoApprove ? '--auto-approve' : '--no-auto-approve', '--async'].join(' ');
}
