import type { Command } from 'commander';
import type { BudgetView } from '../api-types.ts';
import { accountIdOf } from '../identify.ts';
import type { Invocation } from '../invocation.ts';
import type { Start } from '../starter.ts';
import { onePage } from '../list-options.ts';
import type { Field } from '../output/fields.ts';
import { commaList, integer, money, oneOf, since } from '../parsers.ts';
import { usageError } from '../cli-error.ts';

interface CreateOptions {
  readonly amount: number;
  readonly currency: string;
  readonly period: string;
  readonly timeZone?: string;
  readonly account?: string;
  readonly provider?: string;
  readonly warnPercent?: number;
}

interface EditOptions {
  readonly name?: string;
  readonly amount?: number;
  readonly period?: string;
  readonly timeZone?: string;
  readonly warnPercent?: number;
  readonly enable?: boolean;
  readonly disable?: boolean;
}

interface UsageOptions {
  readonly by?: readonly string[];
  readonly per?: string;
  readonly from?: string;
  readonly to?: string;
  readonly account?: string;
  readonly timeZone?: string;
}

const FIELDS: readonly Field[] = [
  { name: 'id', title: 'ID', kind: 'id' },
  { name: 'name', title: 'Name', kind: 'text' },
  { name: 'accountId', title: 'Account', kind: 'id' },
  { name: 'provider', title: 'Provider' },
  { name: 'period', title: 'Period' },
  { name: 'amountMicros', title: 'Amount (µ)' },
  { name: 'spentMicros', title: 'Spent (µ)' },
  { name: 'reservedMicros', title: 'Reserved (µ)' },
  { name: 'remainingMicros', title: 'Remaining (µ)' },
  { name: 'currency', title: 'Currency' },
  { name: 'enabled', title: 'Enabled' },
  { name: 'windowEnd', title: 'Next window', kind: 'time' },
  { name: 'windowStart', title: 'Window', kind: 'time', detail: true },
  { name: 'timeZone', title: 'Time zone', detail: true },
  { name: 'warnPercent', title: 'Warning', kind: 'percent', detail: true },
  { name: 'uncountedCalls', title: 'Uncounted', detail: true },
];
const USAGE_FIELDS: readonly Field[] = [
  { name: 'period', title: 'From' },
  { name: 'accountId', title: 'Account', kind: 'id' },
  { name: 'provider', title: 'Provider' },
  { name: 'model', title: 'Model' },
  { name: 'step', title: 'Step' },
  { name: 'calls', title: 'Calls' },
  { name: 'promptTokens', title: 'Prompt tokens' },
  { name: 'completionTokens', title: 'Completion tokens' },
  { name: 'spentMicros', title: 'Spent (µ)' },
  { name: 'reservedMicros', title: 'Reserved (µ)' },
  { name: 'currency', title: 'Currency' },
  { name: 'unpricedCalls', title: 'Unpriced' },
];
const PERIODS = ['day', 'week', 'month'];
const BUDGET = 'id or exact name of the budget';
const WARN = 'percent of the amount at which an event is written';
const period = (value: string): string => oneOf(PERIODS, value);

export function registerBudget(program: Command, start: Start): void {
  const budget = program.command('budget').description('limits on what the calls of models cost');
  budget
    .command('list')
    .description('list the budgets, with what is spent and reserved; amounts are millionths of the currency')
    .addHelpText('after', '\nExample:\n  contenthub budget list -o csv')
    .action(start(listBudgets));
  budget
    .command('create')
    .argument('<name>')
    .requiredOption('--amount <amount>', 'amount for each window, such as 20.50', money)
    .requiredOption('--currency <code>', 'the currency of the prices, such as USD')
    .requiredOption('--period <period>', 'day, week or month', period)
    .option('--time-zone <zone>', 'its midnight starts a window (default UTC)')
    .option('--account <account>', 'counts the calls of this account: id or exact name')
    .option('--provider <name>', 'counts the calls of this provider')
    .option('--warn-percent <n>', WARN, integer(1, 100))
    .description('limit what calls cost in a day, week or month')
    .addHelpText('after', '\nExample:\n  contenthub budget create daily --amount 20 --currency USD --period day')
    .action(start(createBudget));
  budget
    .command('edit')
    .argument('<budget>', BUDGET)
    .option('--name <name>')
    .option('--amount <amount>', 'amount for each window', money)
    .option('--period <period>', 'day, week or month', period)
    .option('--time-zone <zone>')
    .option('--warn-percent <n>', WARN, integer(1, 100))
    .option('--enable', 'enforce the budget again')
    .option('--disable', 'show the budget without enforcing it')
    .description('change a budget; the tasks that wait for it try again at once')
    .addHelpText('after', '\nExample:\n  contenthub budget edit daily --amount 30')
    .action(start(editBudget));
  budget
    .command('remove')
    .argument('<budget>', BUDGET)
    .description('remove a budget; the tasks that wait for it try again at once')
    .addHelpText('after', '\nExample:\n  contenthub budget remove daily')
    .action(start(removeBudget));
  program
    .command('usage')
    .option('--by <words>', 'account, provider, model, step; a comma list (default provider,model)', commaList)
    .option('--per <period>', 'day, week or month', period)
    .option('--from <time>', 'calls at or after this time, or so long ago (default 30d)', since)
    .option('--to <time>', 'calls before this time, or so long ago', since)
    .option('--account <account>', 'only the calls of this account: id or exact name')
    .option('--time-zone <zone>', 'of the days (default UTC)')
    .description('what the calls of models used and cost; amounts are millionths of the currency')
    .addHelpText('after', '\nExample:\n  contenthub usage --by account,model --per day --from 7d')
    .action(start(showUsage));
}

async function find({ api }: Invocation, idOrName: string): Promise<BudgetView> {
  const { items } = await api.get<{ items: readonly BudgetView[] }>('/budgets');
  const found = items.find(({ id }) => id === idOrName) ?? items.find(({ name }) => name === idOrName);
  return found ?? api.get<BudgetView>(`/budgets/${encodeURIComponent(idOrName)}`);
}

async function listBudgets({ api, printer }: Invocation): Promise<void> {
  const show = printer.list(FIELDS);
  await show(onePage(await api.get<{ items: readonly object[] }>('/budgets')));
}

async function createBudget({ api, printer }: Invocation, options: CreateOptions, name: string): Promise<void> {
  const show = printer.one(FIELDS);
  const { amount, account, ...given } = options;
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  show(await api.create<BudgetView>('/budgets', { name, amountMicros: amount, accountId, ...given }));
}

async function editBudget(call: Invocation, options: EditOptions, budget: string): Promise<void> {
  const { amount, enable, disable, ...given } = options;
  if (Object.keys(options).length === 0) throw usageError('Give what to change', 'contenthub budget edit --help');
  if (enable && disable) throw usageError('Give --enable or --disable, not both', 'contenthub budget edit --help');
  const show = call.printer.one(FIELDS);
  const { id, version } = await find(call, budget);
  const enabled = enable ? true : disable ? false : undefined;
  show(await call.api.patch<BudgetView>(`/budgets/${id}`, { ...given, amountMicros: amount, enabled }, version));
}

async function removeBudget(call: Invocation, _options: object, budget: string): Promise<void> {
  const { id, name } = await find(call, budget);
  await call.api.delete(`/budgets/${id}`);
  call.note(`Removed the budget ${name}.`);
}

async function showUsage({ api, printer }: Invocation, options: UsageOptions): Promise<void> {
  const { by = ['provider', 'model'], account, per, ...query } = options;
  const accountId = account === undefined ? undefined : await accountIdOf(api, account);
  const groupBy = per === undefined ? by : [...by, per];
  const show = printer.list(USAGE_FIELDS.filter(({ name }) => isShown(name, groupBy)));
  await show(onePage(await api.get<{ items: readonly object[] }>('/usage', { ...query, groupBy, accountId })));
}

const COLUMN_OF: Readonly<Record<string, readonly string[]>> = {
  period: PERIODS,
  accountId: ['account'],
  provider: ['provider'],
  model: ['model'],
  step: ['step'],
};

function isShown(field: string, groups: readonly string[]): boolean {
  const words = COLUMN_OF[field];
  return words === undefined || words.some((word) => groups.includes(word));
}
