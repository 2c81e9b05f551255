import type { Command } from 'commander';
import type { Check } from '../doctor/check.ts';
import { checkLines } from '../doctor/check-lines.ts';
import { Exit, type ExitCode } from '../exit-code.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
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
    printer.text(
      checkLines(
        checks.map((check) => inLanguageOf(call, check)),
        { colour: call.colourOf(call.terminal.stdout), nameWidth: NAME_WIDTH },
      ),
    );
  else await show([{ items: checks, nextCursor: null }]);
  return healthy ? Exit.ok : Exit.failed;
}

/** The names stay: they are words of --columns, and other texts refer to them. */
function inLanguageOf({ terminal }: Invocation, check: Check): Check {
  const { detail, hint } = check;
  return { ...check, detail: translated(detail, terminal), hint: hint === null ? null : translated(hint, terminal) };
}
