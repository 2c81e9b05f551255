import type { Command } from 'commander';
import type { AccountCheckReport } from '../api-types.ts';
import { checkLines } from '../doctor/check-lines.ts';
import { Exit, type ExitCode } from '../exit-code.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { textWidth } from '../output/text-width.ts';

const FIELDS: readonly Field[] = [
  { name: 'name', title: 'Check' },
  { name: 'status', title: 'Status', kind: 'status' },
  { name: 'detail', title: 'Detail', kind: 'text' },
  { name: 'remedy', title: 'Hint', kind: 'text' },
];

export function registerCheck(command: Command, start: Start): void {
  command
    .argument('<id>', 'id or exact name')
    .description('check the creator, sources, channels and slots of an account')
    .addHelpText('after', '\nExample:\n  contenthub account check "Tech Weekly"')
    .action(start(checkAccount));
}

/** Ends as `doctor` does: 1 when a check failed. */
async function checkAccount(call: Invocation, _options: object, id: string): Promise<ExitCode> {
  const { api, printer } = call;
  const show = printer.list<AccountCheckReport['checks'][number]>(FIELDS);
  const report = await api.get<AccountCheckReport>(`/accounts/${await accountIdOf(api, id)}/check`);
  const { checks } = report;
  if (printer.isStructured) printer.data(report);
  else if (printer.format === 'table' && !call.options.columns) {
    const nameWidth = Math.max(...checks.map(({ name }) => textWidth(name)));
    const lines = checks.map(({ remedy, ...check }) => ({ ...check, hint: remedy }));
    printer.text(checkLines(lines, { colour: call.colourOf(call.terminal.stdout), nameWidth }));
  } else await show(onePage({ items: checks }));
  return report.status === 'fail' ? Exit.failed : Exit.ok;
}
