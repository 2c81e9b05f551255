import type { Command } from 'commander';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Exit, type ExitCode } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import { paint } from '../output/cells.ts';
import type { Field } from '../output/fields.ts';
import { integer } from '../parsers.ts';
import { confirm } from '../prompt.ts';
import type { Start } from '../starter.ts';
import { translated } from '../terminal.ts';

interface VerifyOptions {
  readonly tasks?: number;
  readonly workers?: number;
  readonly kills?: number;
  readonly report?: string;
  readonly yes?: true;
}

type Report = Awaited<ReturnType<typeof import('../../app/verify/verify.ts').verify>>;

const FIELDS: readonly Field[] = [
  { name: 'invariant', title: 'Invariant', kind: 'sentence' },
  { name: 'violations', title: 'Violations' },
];
const SHOWN = 3;

export function registerVerify(program: Command, start: Start): void {
  program
    .command('verify')
    .option('--tasks <n>', 'number of tasks (default: 2000)', integer(10, 20_000))
    .option('--workers <n>', 'number of worker processes (default: 3)', integer(1, 16))
    .option('--kills <n>', 'how many workers are killed (default: 8)', integer(0, 100))
    .option('--report <file>', 'also write the report to this file, as JSON')
    .option('--yes', 'do not ask')
    .summary('prove on this installation that no task is lost or takes effect twice')
    .description(
      'Prove on the database of this installation that no task is lost or takes effect twice while workers are killed. It works in a schema of its own, which it removes at the end, and needs the privilege CREATE on the database. Like serve it reads DATABASE_URL and the other settings.',
    )
    .addHelpText('after', '\nExample:\n  contenthub verify --yes --report verify.json')
    .action(start(run));
}

async function run(call: Invocation, options: VerifyOptions): Promise<ExitCode> {
  const { tasks = 2_000, workers = 3, kills = 8, report: file } = options;
  const { printer, terminal } = call;
  const show = printer.list<{ invariant: string; violations: number }>(FIELDS);
  call.note(
    `This creates a schema contenthub_verify_… with tables of its own in the database, starts ${workers} worker processes, submits`,
  );
  call.note(
    `${tasks} tasks to them, kills ${kills} workers meanwhile, checks every history, and removes the schema. Other tables, tasks and`,
  );
  call.note('queue keys stay as they are. The database and this machine are busy for about a minute.');
  await confirm(call, 'This starts the verification.', { yes: options.yes, next: 'contenthub verify --yes' });
  const { verify } = await import('../../app/verify/verify.ts');
  const report = await verify({ tasks, workers, kills, note: (line) => call.note(line), signal: terminal.interrupted });
  if (file !== undefined) await writeFile(resolve(terminal.cwd, file), `${JSON.stringify(report, null, 2)}\n`);
  if (printer.isStructured) printer.data(report);
  else if (printer.format === 'table' && !call.options.columns)
    printer.text(textOf(report, call.colourOf(terminal.stdout), (text) => translated(text, terminal)));
  else {
    const items = report.checks.map(({ invariant, ids }) => ({ invariant, violations: ids.length }));
    await show([{ items, nextCursor: null }]);
  }
  return report.violations === 0 ? Exit.ok : Exit.failed;
}

function textOf(report: Report, colour: boolean, say: (text: string) => string): string {
  const mark = (good: boolean) => (good ? ['✓', 'green'] : ['✗', 'red']) as ['✓' | '✗', 'green' | 'red'];
  const lines = report.checks.flatMap(({ invariant, ids }) => {
    const [sign, style] = mark(ids.length === 0);
    const found = ids.length === 0 ? '' : ` (${ids.length})`;
    return [`${colour ? paint(style, sign) : sign} ${invariant}${found}`, ...ids.slice(0, SHOWN).map((id) => `    ${id}`)];
  });
  const { transitions: by } = report;
  const again = `${by['rescue'] ?? 0} taken from killed workers, ${by['retry'] ?? 0} retried`;
  return [
    ...lines,
    '',
    say(
      `${report.accepted} tasks accepted, ${report.completed} completed, ${report.failed} failed; ${report.attempts} attempts (${again})`,
    ),
    say(
      `${report.kills} workers killed, ${report.unreportedKills} of them without a report; ${report.announcedAgain} announcements repeated, ${report.deletedKeys} queue keys deleted`,
    ),
    say(
      `${report.seconds} s with the driver ${report.driver}: ${report.violations === 0 ? 'all invariants hold' : `${report.violations} violations`}`,
    ),
    '',
  ].join('\n');
}
