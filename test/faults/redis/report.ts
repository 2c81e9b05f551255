import { median, type Measured, type Spread } from './measures.ts';
import type { Paces } from './drain.ts';

/** The promises in numbers. */
export const LIMITS = {
  postP99Ms: 300,
  takenAgainSeconds: 5,
  promptMs: 1_000,
  /** Of what is drained with Redis. */
  pace: 0.9,
  /** Of one process in one scenario. */
  logLines: 5,
  keys: 50,
};

type Windows<T> = Record<'before' | 'during' | 'after', T>;

export interface ScenarioReport {
  measured: Windows<Measured>;
  /** Milliseconds from adding a job to its end, for the jobs that could be added. */
  probes: Windows<Spread>;
  takenAgainSeconds: number | undefined;
  /** Whether as many connections wait for jobs as in the beginning. */
  readersBack: boolean;
  logLines: number;
  mostLogLines: number;
  asked: number;
  lost: number;
  failures: number;
  /** Of the queue, when all is over. */
  says: string;
  saysWhatItShould: boolean;
}

const WINDOWS = ['before', 'during', 'after'] as const;
const number = (value: number, digits = 0) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
const show = ({ p50, p99, max }: Spread) => `${number(p50)} / ${number(p99)} / ${number(max)}`;

/** Answers the promises that were broken. */
export function printScenario(name: string, report: ScenarioReport): string[] {
  const { measured, probes, takenAgainSeconds, readersBack, logLines, mostLogLines, asked, lost, failures, says } = report;
  const row = (title: string, cell: (window: (typeof WINDOWS)[number]) => string) =>
    console.log(`  ${title.padEnd(34)}${WINDOWS.map((window) => cell(window).padStart(20)).join('')}`);
  console.log(`\n${name}`);
  row('', (window) => window);
  row('accepted, completed', (window) => `${measured[window].accepted}, ${measured[window].completed}`);
  row('completed within the window /s', (window) => number(measured[window].perSecond));
  row('POST p50 / p99 / max ms', (window) => show(measured[window].post));
  row('row to handler p50 / p99 / max ms', (window) => show(measured[window].start));
  row('job to worker p50 / p99 / max ms', (window) => show(probes[window]));
  console.log(
    `  jobs taken again after ${takenAgainSeconds?.toFixed(2) ?? '–'} s; ready ${asked - lost} of ${asked}; log lines ${logLines}; says "${says}"`,
  );
  const broken: string[] = [];
  const promise = (kept: boolean, text: string) => kept || broken.push(`${name}: ${text}`);
  for (const window of WINDOWS) {
    const { accepted, completed, post } = measured[window];
    promise(completed === accepted, `${accepted - completed} tasks of ${window} were not completed`);
    promise(!(post.p99 > LIMITS.postP99Ms), `POST p99 ${window} is ${number(post.p99)} ms`);
  }
  promise((takenAgainSeconds ?? Infinity) <= LIMITS.takenAgainSeconds, `jobs were not taken within ${LIMITS.takenAgainSeconds} s`);
  promise(readersBack, 'not every worker reads jobs again');
  promise(logLines <= mostLogLines, `${logLines} log lines`);
  promise(lost === 0, `readiness was lost ${lost} times`);
  promise(failures === 0, `${failures} submissions failed`);
  promise(report.saysWhatItShould, `the queue says "${says}"`);
  return broken;
}

export function printDrain({ with: beside, killed, silent, ratios }: Paces): string[] {
  console.log('\ndrain of a backlog, tasks/s (median), and of the pace with Redis (median of rounds)');
  console.log(`  with Redis ${number(beside)}`);
  const broken: string[] = [];
  for (const [how, pace] of Object.entries({ killed, silent }) as ['killed' | 'silent', number][]) {
    const ratio = median(ratios[how]);
    console.log(`  ${how} ${number(pace)}, ${number(100 * ratio)} % (${ratios[how].map((one) => number(100 * one)).join(', ')})`);
    if (!(ratio >= LIMITS.pace)) broken.push(`drain: ${number(100 * ratio)} % of the pace while Redis is ${how}`);
  }
  return broken;
}
