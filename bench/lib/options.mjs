import { parseArgs } from 'node:util';

/** Number of tasks of the parts that run separately. For `scale` and `growth`: ready tasks; there are five and ten finished ones for each. */
const COUNTS = { scale: 100_000, growth: 1_000_000, spread: 50_000 };
const SPREAD = ['contenthub-postgres', 'contenthub-bullmq'];

/** The parts that each word of the command line selects. */
const PARTS = {
  drain: ['drain'],
  submit: ['submit-http', 'submit'],
  latency: ['latency'],
  scale: [],
  growth: [],
  spread: [],
  all: ['drain', 'submit-http', 'submit', 'latency'],
};
const USAGE = `npm run bench -- [${Object.keys(PARTS).join('|')}] [--count n] [--rounds 5] [--only name,…] [--slots 500]
  npm run bench -- pressure [--seconds n] [--rate 3000] [--cells name,…] [--only name,…]`;

/** Parses the command line. Ends the process with 2 for unknown options. */
export function parseOptions(argv, known) {
  const { positionals, values } = parse(argv);
  const [word = 'all', ...rest] = positionals;
  if (!(word in PARTS) || rest.length > 0) refuse(`There is no benchmark "${positionals.join(' ')}".`);
  const names = values.only?.split(',') ?? known;
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) refuse(`There is no contender "${unknown}". Known: ${known.join(', ')}.`);
  const separate = word in COUNTS ? word : undefined;
  const usual = COUNTS[word] ?? 10_000;
  const [count, rounds, slots] = ['count', 'rounds', 'slots'].map((name) => positive(name, values[name] ?? String(usual)));
  const complete = separate ? count >= usual : word === 'all';
  const of = { scale: [], growth: [], spread: names.filter((name) => SPREAD.includes(name)) };
  return { parts: PARTS[word], separate, names: of[word] ?? names, count, rounds, slots, complete: complete && values.only === undefined };
}

function parse(args) {
  const number = (value) => ({ type: 'string', default: value });
  const options = { count: { type: 'string' }, rounds: number('5'), slots: number('500'), only: { type: 'string' } };
  try {
    return parseArgs({ args, allowPositionals: true, options });
  } catch (error) {
    return refuse(error.message);
  }
}

export function positive(name, value) {
  return /^[1-9]\d{0,6}$/.test(value) ? Number(value) : refuse(`--${name} needs a whole number above 0, not "${value}".`);
}

/** Ends the process. */
export function refuse(reason) {
  console.error(`✗ ${reason}\n  ${USAGE}`);
  process.exit(2);
}
