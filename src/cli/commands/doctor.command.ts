import type { Command } from 'commander';
import type { Check } from '../doctor/check.ts';
import { Exit, type ExitCode } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { paint } from '../output/cells.ts';
import type { Field } from '../output/fields.ts';
import { translated } from '../terminal.ts';

const CHECK_FIELDS: readonly Field[] = [
  { name: 'name', title: 'Check' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'detail', title: 'Detail', kind: 'text' },
  { name: 'hint', title: 'Hint', kind: 'text' },
];

/** The longest name is publishing.outcome. */
const NAME_WIDTH = 18;
const MARKS = { ok: ['✓', 'green'], warn: ['!', 'yellow'], fail: ['✗', 'red'] } as const;

export function registerDoctor(program: Command, start: Start): void {
  program
    .command('doctor')
    .description('check this installation and its server, and say how to fix problems')
    .addHelpText('after', '\nExample:\n  contenthub doctor -o json')
    .action(start(doctor));
}

async function doctor(call: Invocation): Promise<ExitCode> {
  const { printer } = call;
  const show = printer.list<Check>(CHECK_FIELDS);
  const { localChecks } = await import('../doctor/local-checks.ts');
  const { serverChecks } = await import('../doctor/server-checks.ts');
  const checks = [...(await localChecks(call.connection)), ...(await serverChecks(call.api))];
  const healthy = checks.every(({ status }) => status !== 'fail');
  if (printer.isStructured) printer.data({ healthy, checks });
  else if (printer.format === 'table' && !call.options.columns)
    printer.text(checks.map((check) => checkLines(inLanguageOf(call, check), call.colourOf(call.terminal.stdout))).join(''));
  else await show([{ items: checks, nextCursor: null }]);
  return healthy ? Exit.ok : Exit.failed;
}

/** The names stay: they are words of --columns, and other texts refer to them. */
function inLanguageOf({ terminal }: Invocation, check: Check): Check {
  const { detail, hint } = check;
  return { ...check, detail: translated(detail, terminal), hint: hint === null ? null : translated(hint, terminal) };
}

function checkLines({ name, status, detail, hint }: Check, colour: boolean): string {
  const [mark, style] = MARKS[status];
  const line = `${colour ? paint(style, mark) : mark} ${name.padEnd(NAME_WIDTH)} ${detail}\n`;
  return hint === null ? line : `${line}  → ${hint}\n`;
}
